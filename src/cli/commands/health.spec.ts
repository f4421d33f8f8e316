import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { healthCommand } from './health.js';

describe('evenkeel health', () => {
  let server: Server;
  let url: string;
  let status: number;
  const said = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  beforeAll(async () => {
    server = createServer((_request, response) => response.writeHead(status).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/health/ready`;
  });
  afterEach(() => {
    // This process is jest's.
    process.exitCode = undefined;
  });
  afterAll(async () => {
    said.mockRestore();
    await new Promise((resolve) => server.close(resolve));
  });

  async function ask(...args: string[]): Promise<unknown> {
    await healthCommand().parseAsync(args, { from: 'user' });
    return process.exitCode;
  }

  it('ends with 0 when it is answered that all is well, else with 1', async () => {
    status = 200;
    expect(await ask(url)).toBe(0);
    status = 503;
    expect(await ask(url)).toBe(1);
    expect(await ask('http://127.0.0.1:1/')).toBe(1);
    expect(said).toHaveBeenLastCalledWith('http://127.0.0.1:1/ does not answer that it is well\n');
  });

  it('takes the address from the environment, as images say it', async () => {
    status = 200;
    process.env['EVENKEEL_HEALTH_URL'] = url;
    expect(await ask()).toBe(0);
    delete process.env['EVENKEEL_HEALTH_URL'];
  });

  it('refuses what is no address', async () => {
    const complained = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(await ask('here')).toBe(2);
    expect(complained).toHaveBeenCalledWith('evenkeel health: "here" is not a URL\n');
    complained.mockRestore();
  });
});
