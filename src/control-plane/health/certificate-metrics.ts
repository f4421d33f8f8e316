import { X509Certificate } from 'node:crypto';
import { Gauge, type Registry } from 'prom-client';

/** @param served PEM of the certificate that clients are shown just now */
export function addCertificateMetrics(registry: Registry, served: () => string): void {
  new Gauge({
    name: 'evenkeel_certificate_expiry_timestamp_seconds',
    help: 'When the certificate that is served ends, seconds since 1970',
    registers: [registry],
    collect() {
      this.set(new X509Certificate(served()).validToDate.getTime() / 1000);
    },
  });
}
