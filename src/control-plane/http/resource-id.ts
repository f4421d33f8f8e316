import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { IsInt, Max, Min } from 'class-validator';
import { Refusal } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';

/** Ids are PostgreSQL integers. */
export const ID_MAX = 2 ** 31 - 1;

/** For an id in a body. */
export function IsId(options: { each?: boolean } = {}): PropertyDecorator {
  return (target, property) => {
    IsInt(options)(target, property as string);
    Min(1, options)(target, property as string);
    Max(ID_MAX, options)(target, property as string);
  };
}

/**
 * For the id in a path: `@Param('volume_id', new ResourceIdPipe('VOLUME_NOT_FOUND')) id: number`. What is no whole number is
 * PARAMETER_INVALID; a number that no resource can have is the resource's own error.
 */
@Injectable()
export class ResourceIdPipe implements PipeTransform<string, number> {
  constructor(
    private readonly notFound: ErrorName,
    private readonly idMax = ID_MAX,
  ) {}

  transform(value: string, metadata: ArgumentMetadata): number {
    if (!/^\d{1,20}$/.test(value)) throw new Refusal('PARAMETER_INVALID', metadata.data ?? 'id');
    const id = Number(value);
    if (id < 1 || id > this.idMax) throw new Refusal(this.notFound, value);
    return id;
  }
}
