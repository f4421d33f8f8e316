import type { EnrolRequest, NodeSpec } from '../../node-api/contract.js';
import { isNodeName } from '../config/settings.js';
import { type Check, flag, integer, object, text } from './body-shape.js';

export const enrolRequest: Check<EnrolRequest> = object<EnrolRequest>({
  apiVersion: integer(1, 0xffff),
  secret: text(128),
  controllerName: text(128),
});

export const nodeSpec: Check<NodeSpec> = object<NodeSpec>({
  name: text(32, 'must be 1 to 32 printable ASCII characters without "," "?" "#" and outer spaces', isNodeName),
  isInMaintenance: flag,
});
