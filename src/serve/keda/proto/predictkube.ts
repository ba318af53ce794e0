/**
 * The part of PredictKube's contract that KEDA calls (packages `services` and `commonproto`), in the form of
 * `core/external-scaler-proto.ts`.
 */
export const predictkubeProto = {
  nested: {
    services: {
      nested: {
        MlEngineService: {
          methods: {
            GetPredictMetric: { requestType: 'ReqGetPredictMetric', responseType: 'ResGetPredictMetric' },
          },
        },
        ReqGetPredictMetric: {
          fields: {
            forecast_horizon: { type: 'uint64', id: 1 },
            observations: { rule: 'repeated', type: 'commonproto.Item', id: 2 },
          },
        },
        ResGetPredictMetric: { fields: { result_metric: { type: 'int64', id: 1 } } },
      },
    },
    commonproto: {
      nested: {
        Item: {
          fields: {
            timestamp: { type: 'google.protobuf.Timestamp', id: 1 },
            value: { type: 'double', id: 2 },
            metric_name: { type: 'string', id: 3 },
          },
        },
      },
    },
    google: {
      nested: {
        protobuf: {
          nested: {
            Timestamp: { fields: { seconds: { type: 'int64', id: 1 }, nanos: { type: 'int32', id: 2 } } },
          },
        },
      },
    },
  },
};
