"""The composed schema as data: model, parse, render, API schema."""
