// Hive Gateway: the header that tells requests apart is forwarded, as for every gateway here.
export const gatewayConfig = {
  logging: "error",
  maskedErrors: false,
  propagateHeaders: {
    fromClientToSubgraphs({ request }) {
      const authorization = request.headers.get("authorization");
      return authorization ? { authorization } : {};
    },
  },
};
