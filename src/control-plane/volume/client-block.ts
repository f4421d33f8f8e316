import { isIP } from 'node:net';
import { ValidateBy, type ValidationOptions } from 'class-validator';

/** Whether the text is an address or a CIDR block. */
function isClientBlock(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32));
}

export function IsClientBlock(options: ValidationOptions): PropertyDecorator {
  return ValidateBy({ name: 'isClientBlock', validator: { validate: isClientBlock } }, options);
}
