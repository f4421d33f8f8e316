/** The API over HTTPS: what is served, what is refused, and a certificate that is renewed while it runs. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http, { type IncomingMessage } from 'node:http';
import https, { type Server } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SecureVersion, TLSSocket } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApi } from '../../src/control-plane/api.js';
import { CertificateRenewal, readCertificate, type Certificate } from '../../src/control-plane/certificate.js';
import { makeCertificate, type KeyAndCertificate } from '../../src/node-api/certificate.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';

const QUIET = { logLevel: 'silent', requestsPerMinute: 1_000_000 } as const;

describe('the API over HTTPS', () => {
  let folder: string;
  let database: TestDatabase;
  let app: NestExpressApplication;
  let first: KeyAndCertificate;
  let tls: Certificate;
  let port: number;

  function write({ certificatePem, keyPem }: Partial<KeyAndCertificate>): Certificate {
    const files = { certFile: path.join(folder, 'cert.pem'), keyFile: path.join(folder, 'key.pem') };
    if (certificatePem !== undefined) writeFileSync(files.certFile, certificatePem);
    if (keyPem !== undefined) writeFileSync(files.keyFile, keyPem);
    return readCertificate(files, () => undefined)!;
  }

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-https-'));
    database = await testDatabase();
    first = await makeCertificate('first');
    tls = write(first);
    app = await createApi(database.dataSource, { ...QUIET, tls });
    await app.listen(0, '127.0.0.1');
    ({ port } = app.getHttpServer().address() as { port: number });
  });
  afterAll(async () => {
    await app.close();
    await database.close();
    rmSync(folder, { recursive: true });
  });

  interface Answer {
    readonly response: IncomingMessage;
    readonly protocol: string | null;
    readonly commonName: string;
  }

  /** @param trusted the certificate that the client was given as its authority, as with --cacert */
  function get(trusted: string, versions: { maxVersion?: SecureVersion } = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const ciphers = 'DEFAULT@SECLEVEL=0';
      const options = { ca: trusted, checkServerIdentity: () => undefined, ciphers, agent: false, ...versions };
      const url = `https://127.0.0.1:${port}/health/live`;
      const request = https.get(url, { ...options, minVersion: 'TLSv1' }, (response) => {
        const socket = response.socket as TLSSocket;
        const { subject } = new X509Certificate(socket.getPeerCertificate().raw);
        resolve({ response, protocol: socket.getProtocol(), commonName: subject.replace('CN=', '') });
        response.resume();
      });
      request.on('error', reject);
    });
  }

  it('answers a client that trusts its certificate, with TLS 1.3, and says that browsers shall stay with HTTPS', async () => {
    const { response, protocol } = await get(first.certificatePem);
    expect(response.statusCode).toBe(200);
    expect(protocol).toBe('TLSv1.3');
    expect(response.headers['strict-transport-security']).toMatch(/^max-age=\d{7,}/);
    expect(response.headers['content-security-policy']).toContain('upgrade-insecure-requests');
  });

  it('says nothing of the kind over plain HTTP, where it could not be kept', async () => {
    const plain = await createApi(database.dataSource, { ...QUIET, tls: null });
    await plain.listen(0, '127.0.0.1');
    const address = plain.getHttpServer().address() as { port: number };
    const { headers } = await fetch(`http://127.0.0.1:${address.port}/health/live`);
    await plain.close();
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('takes TLS 1.2, and nothing older', async () => {
    expect((await get(first.certificatePem, { maxVersion: 'TLSv1.2' })).protocol).toBe('TLSv1.2');
    await expect(get(first.certificatePem, { maxVersion: 'TLSv1.1' })).rejects.toMatchObject({
      message: expect.stringContaining('alert protocol version'),
    });
  });

  it('does not answer a client that trusts another certificate, nor one that speaks plain HTTP', async () => {
    const { certificatePem } = await makeCertificate('another');
    await expect(get(certificatePem)).rejects.toMatchObject({ code: expect.stringMatching(/CERT|SIGNATURE/) });
    const plain = new Promise((resolve, reject) => {
      http.get(`http://127.0.0.1:${port}/health/live`, resolve).on('error', reject);
    });
    await expect(plain).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('serves a renewed certificate without a restart, and stays with the old one while the new pair is not whole', async () => {
    const said: string[] = [];
    const log = { log: (text: string) => said.push(text), warn: (text: string) => said.push(text) };
    const renewal = new CertificateRenewal(app.getHttpServer() as Server, tls, log, 20);
    const second = await makeCertificate('second');

    write({ certificatePem: second.certificatePem });
    while (!said.some((text) => text.includes('do not belong together'))) await sleep(10);
    expect((await get(first.certificatePem)).commonName).toBe('first');

    write(second);
    while (!said.some((text) => text.includes('serving the renewed certificate'))) await sleep(10);
    renewal.stop();
    expect((await get(second.certificatePem)).commonName).toBe('second');
    expect(said).toHaveLength(2);
    await expect(get(second.certificatePem, { maxVersion: 'TLSv1.1' })).rejects.toMatchObject({
      message: expect.stringContaining('alert protocol version'),
    });
  });
});
