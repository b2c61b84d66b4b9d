// Sends spans to where a setting says. What it needs is large, so it is loaded where the setting is there.
import type { TokenCredential } from '@azure/identity'
import { trace as traces } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base'

export type Tracing = {
  readonly to: 'otlp' | 'application-insights'
  /** Of a collector, for `otlp`. */
  readonly endpoint?: string | undefined
  readonly serviceName: string
  /** Who the process is on Azure. */
  readonly credential: () => Promise<TokenCredential>
}

/** @returns ends it: what is waiting is sent */
export const startTracing = async ({ serviceName, ...sink }: Tracing): Promise<() => Promise<void>> => {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [new BatchSpanProcessor(await exporterTo(sink))],
  })
  traces.setGlobalTracerProvider(provider)
  return () => provider.shutdown()
}

/** The connection string of Application Insights is a variable of the host, which the exporter reads itself. */
const exporterTo = async ({ to, endpoint, credential }: Omit<Tracing, 'serviceName'>): Promise<SpanExporter> => {
  if (to === 'otlp') {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http')
    return new OTLPTraceExporter(endpoint === undefined ? {} : { url: `${endpoint}/v1/traces` })
  }
  const { AzureMonitorTraceExporter } = await import('@azure/monitor-opentelemetry-exporter')
  return new AzureMonitorTraceExporter({ credential: await credential() })
}
