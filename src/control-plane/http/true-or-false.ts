import { applyDecorators } from '@nestjs/common';
import { IsIn } from 'class-validator';
import { MayBeAbsent } from './may-be-absent.js';

/** An optional query parameter that is a yes or a no, `?force=true`; anything but these two words is a mistake of the caller. */
export function IsTrueOrFalse(): PropertyDecorator {
  return applyDecorators(MayBeAbsent(), IsIn(['true', 'false']));
}
