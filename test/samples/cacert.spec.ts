/** The samples over HTTPS: with the authority that issued the API's certificate, and with none or another. */
import path from 'node:path';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readCertificate } from '../../src/control-plane/certificate.js';
import { runWithAccess, type SampleResult } from '../../src/tools/demo/python-sample.js';
import { ADMIN_PASSWORD, testApi, type TestApi } from '../support/api.js';
import { TlsAuthority } from '../support/tls-authority.js';
import { itWithTools } from '../support/tools.js';

const PYTHON = ['python3', path.resolve('samples/python/copysession_delete.py')] as const;
const TYPESCRIPT = [process.execPath, path.resolve('dist/samples/typescript/copysession_delete.js')] as const;

describe('samples over HTTPS', () => {
  let authority: TlsAuthority;
  let stranger: TlsAuthority;
  let api: TestApi;
  let url: string;
  beforeAll(async () => {
    authority = await TlsAuthority.make();
    stranger = await TlsAuthority.make('another authority');
    const { certificate, key } = await authority.issue('api', 'server');
    const files = { certFile: authority.file('api.pem', certificate), keyFile: authority.file('api-key.pem', key) };
    api = await testApi({ tls: readCertificate(files, () => undefined) });
    url = `https://127.0.0.1:${(api.app.getHttpServer().address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await api.close();
    authority.remove();
    stranger.remove();
  });

  const run = ([program, file]: readonly [string, string], ...args: string[]): Promise<SampleResult> =>
    runWithAccess({ url, password: ADMIN_PASSWORD }, program, [file, '1', ...args]);

  async function expectTrustInOneAlone(sample: readonly [string, string]): Promise<void> {
    const known = await run(sample, '--cacert', authority.file('ca.pem', authority.certificate));
    // The API's own answer: there is no session in it.
    expect(known).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Copy session is not found') });
    const unknown = /does not answer: .*certificate/i;
    const other = await run(sample, '--cacert', stranger.file('ca.pem', stranger.certificate));
    expect(other).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(unknown) });
    expect(await run(sample)).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(unknown) });
    const missing = await run(sample, '--cacert', path.join(authority.folder, 'no-such-file.pem'));
    expect(missing).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/no such file/i) });
  }

  itWithTools(['python3'], 'Python: --cacert names the only authority to trust', () => expectTrustInOneAlone(PYTHON));

  it('TypeScript: --cacert names the only authority to trust', () => expectTrustInOneAlone(TYPESCRIPT));
});
