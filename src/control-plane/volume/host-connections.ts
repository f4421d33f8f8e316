import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { isRefusal, Refusal } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';
import type { ConnectionState } from '../../node-api/contract.js';
import { NodeClient } from '../../node-api/node-client.js';
import { NodeUnreachable } from '../../node-api/node-unreachable.js';
import type { Job } from '../job/job.entity.js';
import { controllerIdentity } from '../node/controller-identity.entity.js';
import { Changes } from '../worker/changes.js';
import { volumeById, volumeHref } from './volume-view.js';
import type { Volume } from './volume.entity.js';

const CONNECT_TIMEOUT_MS = 3_000;
const CALL_TIMEOUT_MS = 10_000;

const PASSED_ON = new Set<ErrorName>(['NODE_STARTING', 'SHUTTING_DOWN', 'NODE_IDENTITY_CHANGED']);

/**
 * Who is attached to a volume. Only its node knows, and it changes at any moment: nothing is kept of it in the database, the node is
 * asked by the request itself. A node that does not answer is an error: an empty list would say that nobody is attached.
 */
@Injectable()
export class HostConnections {
  constructor(
    private readonly database: DataSource,
    private readonly changes: Changes,
  ) {}

  /** @throws Refusal VOLUME_NOT_FOUND, VOLUME_LOST, VOLUME_BUSY, NODE_UNREACHABLE, and those that are passed on */
  async list(volumeId: number): Promise<ConnectionState[]> {
    const volume = await volumeById(this.database.manager, volumeId);
    return this.ask(volume, (client) => client.connections(volume.uid));
  }

  /**
   * Closes a connection. It is no part of the desired state that workers bring about, since a host may always come back: the node is
   * told first, and the job that says so has ended when it is made.
   * @throws Refusal as `list`, and CONNECTION_NOT_FOUND
   */
  async drop(volumeId: number, connectionId: number): Promise<Job> {
    const volume = await volumeById(this.database.manager, volumeId);
    const dropped = await this.ask(volume, async (client) => {
      const found = (await client.connections(volume.uid)).find(({ id }) => id === connectionId);
      if (found) await client.dropConnection(volume.uid, connectionId);
      return found;
    });
    if (!dropped) throw new Refusal('CONNECTION_NOT_FOUND', String(connectionId));
    return this.changes.make(async () => ({
      kind: 'volume.disconnect',
      description: `Drop host ${dropped.client} from volume ${volume.name}`,
      operations: [],
      hrefs: [volumeHref(volumeId)],
    }));
  }

  private async ask<T>({ node, name, isEstablished }: Volume, call: (client: NodeClient) => Promise<T>): Promise<T> {
    const { address, fingerprint } = node;
    const credentials = await controllerIdentity(this.database.manager);
    const client = new NodeClient({
      address,
      fingerprint,
      credentials,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      callTimeoutMs: CALL_TIMEOUT_MS,
    });
    try {
      return await call(client);
    } catch (error) {
      if (isRefusal(error, 'VOLUME_NOT_FOUND')) throw new Refusal(isEstablished ? 'VOLUME_LOST' : 'VOLUME_BUSY', name);
      if (!(error instanceof NodeUnreachable) && !isRefusal(error)) throw error;
      // What the node thinks of us is none of the caller's business.
      throw isRefusal(error) && PASSED_ON.has(error.code) ? error : new Refusal('NODE_UNREACHABLE', node.name);
    } finally {
      client.close();
    }
  }
}
