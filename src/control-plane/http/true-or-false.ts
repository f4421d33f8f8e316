import { applyDecorators } from '@nestjs/common';
import { IsIn, IsOptional } from 'class-validator';

/** An optional query parameter that is a yes or a no, `?force=true`; anything but these two words is a mistake of the caller. */
export function IsTrueOrFalse(): PropertyDecorator {
  return applyDecorators(IsOptional(), IsIn(['true', 'false']));
}
