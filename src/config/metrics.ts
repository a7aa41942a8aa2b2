import type { Config } from './types.js';

/** What the SDK's runtime takes to send metrics by OTLP. */
export interface OtlpMetrics {
  otel: { url: string; http: boolean; headers?: Record<string, string> };
  globalTags: { service_name: string };
  attachServiceName: false;
}

/**
 * Where the worker's metrics go when `otel.enabled`. gRPC for `grpc(s)://` and port 4317, its usual one; HTTP elsewhere,
 * whose path is that of metrics whichever signal's path the endpoint carries.
 */
export function otlpMetrics({ otel }: Pick<Config, 'otel'>): OtlpMetrics | undefined {
  if (!otel.enabled) return undefined;
  const endpoint = (otel.endpoint ?? 'http://localhost:4318').replace(/\/+$/, '');
  const grpc = /^grpcs?:\/\//.test(endpoint) || /:4317$/.test(endpoint);
  const base = endpoint.replace(/\/v1\/(traces|metrics|logs)$/, '');
  return {
    otel: {
      url: grpc ? base : `${base}/v1/metrics`,
      http: !grpc,
      ...(otel.headers === undefined ? {} : { headers: otel.headers }),
    },
    globalTags: { service_name: otel.service_name ?? 'mcpa' },
    attachServiceName: false,
  };
}
