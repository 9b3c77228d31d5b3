"""Who asks, and what they may: tokens, roles and scopes, and the schema's requirements enforced."""
