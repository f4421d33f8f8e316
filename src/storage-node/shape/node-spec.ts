import { COPY_CONCURRENCY_MAX } from '../../model/node.js';
import type { EnrolRequest, NodeSpec } from '../../node-api/contract.js';
import { isNodeName, NODE_NAME_RULE } from '../config/settings.js';
import { type Check, flag, integer, object, text } from './shape.js';

export const enrolRequest: Check<EnrolRequest> = object<EnrolRequest>({
  apiVersion: integer(1, 0xffff),
  secret: text(128),
  controllerName: text(128),
});

export const nodeSpec: Check<NodeSpec> = object<NodeSpec>({
  name: text(32, NODE_NAME_RULE, isNodeName),
  isInMaintenance: flag,
  copyConcurrency: integer(1, COPY_CONCURRENCY_MAX),
});
