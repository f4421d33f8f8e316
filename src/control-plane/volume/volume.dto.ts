import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import type { RefusalDetail } from '../../errors/refusal.js';
import { MIB } from '../../model/sizes.js';
import type { VolumeAccess, WriteCache } from '../../node-api/contract.js';
import { MayBeAbsent } from '../http/may-be-absent.js';
import { ID_MAX } from '../http/resource-id.js';
import { IsTrueOrFalse } from '../http/true-or-false.js';
import { BETWEEN_FIELDS, invalid } from '../http/validation.js';
import { WaitQuery } from '../job/job.dto.js';
import { IsClientBlock } from './client-block.js';
import { VOLUME_STATUSES, type VolumeStatus } from './volume.entity.js';

const WRITE_CACHES = ['Writeback', 'Writethrough'] as const satisfies readonly WriteCache[];
const ACCESSES = ['Read_Write', 'Read_Only', 'None', 'Held'] as const satisfies readonly VolumeAccess[];
/** 1 PiB: far above what a node can hold, far below where sizes lose bits. */
const SIZE_BYTES_MAX = 2 ** 50;
const SECTOR_BYTES = 512;
const VOLUMES_MAX = 1000;
const CLIENTS_MAX = 64;
export const LOOPBACK_CLIENTS = ['127.0.0.0/8', '::1/128'];
const VOLUME_NAME = /^(?=.{1,32}$)(?!.*[,?])[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;
const NAME_MESSAGE = "name must be 1 to 32 printable ASCII characters without ',' and '?', without blanks at its ends";

export function IsVolumeName(): PropertyDecorator {
  return Matches(VOLUME_NAME, { message: NAME_MESSAGE });
}

export class BackingBody {
  @ApiProperty({ enum: ['File', 'Block'] })
  @IsIn(['File', 'Block'])
  type!: 'File' | 'Block';

  @ApiPropertyOptional({
    description: "Below a folder that the node's own configuration lists; absent: a sparse file in the node's folder.",
  })
  @MayBeAbsent()
  @IsString()
  @MaxLength(4096)
  @Matches(/^\//, { message: 'backing.path must be an absolute path' })
  path?: string;
}

class VolumeSettingsBody {
  @ApiPropertyOptional({ minimum: 1, maximum: SIZE_BYTES_MAX / MIB })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(SIZE_BYTES_MAX / MIB)
  capacity?: number;

  @ApiPropertyOptional({
    minimum: SECTOR_BYTES,
    maximum: SIZE_BYTES_MAX,
    description: 'A multiple of 512, instead of capacity.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(SECTOR_BYTES)
  @Max(SIZE_BYTES_MAX)
  capacity_bytes?: number;

  @ApiPropertyOptional({
    enum: WRITE_CACHES,
    default: 'Writeback',
    description: 'Writethrough makes every acknowledgement durable.',
  })
  @MayBeAbsent()
  @IsIn(WRITE_CACHES)
  write_cache?: WriteCache;

  @ApiPropertyOptional({
    type: [String],
    default: LOOPBACK_CLIENTS,
    description: 'Addresses and CIDR blocks that may attach.',
  })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(CLIENTS_MAX)
  @IsClientBlock({ each: true, message: 'allowed_client_list must hold addresses or CIDR blocks' })
  allowed_client_list?: string[];

  @ApiPropertyOptional({ default: false, description: 'Refuses to become the destination of a copy session.' })
  @MayBeAbsent()
  @IsBoolean()
  is_copy_protection_enabled?: boolean;
}

function sizeProblems({ capacity, capacity_bytes }: VolumeSettingsBody): RefusalDetail[] {
  if (capacity !== undefined && capacity_bytes !== undefined) {
    return [invalid('capacity_bytes', 'must not be given together with capacity')];
  }
  const isWhole = (capacity_bytes ?? 0) % SECTOR_BYTES === 0;
  return isWhole ? [] : [invalid('capacity_bytes', `must be a multiple of ${SECTOR_BYTES}`)];
}

export class CreateVolumeBody extends VolumeSettingsBody {
  @ApiProperty({ minLength: 1, maxLength: 32, description: 'Unique on its node; with count, numbers are appended.' })
  @IsVolumeName()
  name!: string;

  @ApiProperty()
  @IsInt()
  @Min(1)
  @Max(ID_MAX)
  node_id!: number;

  @ApiPropertyOptional({ minimum: 1, maximum: VOLUMES_MAX, default: 1 })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(VOLUMES_MAX)
  count?: number;

  @ApiPropertyOptional({ type: BackingBody })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => BackingBody)
  backing?: BackingBody;

  @ApiPropertyOptional({
    default: false,
    description: 'Takes a device although it carries a known signature; its contents are lost.',
  })
  @MayBeAbsent()
  @IsBoolean()
  overwrite?: boolean;

  [BETWEEN_FIELDS](): RefusalDetail[] {
    const { name, capacity, capacity_bytes, backing, count = 1 } = this;
    const wrong = sizeProblems(this);
    if (capacity === undefined && capacity_bytes === undefined) {
      wrong.push(invalid('capacity', 'or capacity_bytes is required'));
    }
    if (count > 1 && !VOLUME_NAME.test(`${name}${count}`)) wrong.push(invalid('name', 'is too long for count'));
    if (count > 1 && backing?.path !== undefined) wrong.push(invalid('count', 'must be 1 with backing.path'));
    if (backing?.type === 'Block' && backing.path === undefined) {
      wrong.push(invalid('backing.path', 'is required for Block'));
    }
    return wrong;
  }
}

export class ChangeVolumeBody extends VolumeSettingsBody {
  @ApiPropertyOptional({ minLength: 1, maxLength: 32 })
  @MayBeAbsent()
  @IsVolumeName()
  name?: string;

  [BETWEEN_FIELDS](): RefusalDetail[] {
    return sizeProblems(this);
  }
}

export class DeleteVolumesBody {
  @ApiProperty({ type: [Number] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(VOLUMES_MAX)
  @ArrayUnique()
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(ID_MAX, { each: true })
  volume_id_list!: number[];
}

export class DeleteVolumeQuery extends WaitQuery {
  @ApiPropertyOptional({ type: Boolean, description: 'Drops host connections; never a copy session.' })
  @IsTrueOrFalse()
  force?: 'true' | 'false';
}

export class BackingView {
  @ApiProperty({ enum: ['File', 'Block'] })
  type!: string;
  @ApiProperty({ type: String, nullable: true })
  path!: string | null;
}

export class VolumeView {
  @ApiProperty({ description: 'Never used again.' })
  volume_id!: number;
  @ApiProperty({ description: 'Counts the volumes of a node.' })
  volume_number!: number;
  @ApiProperty({ example: '/api/v1/volume/1' })
  volume_href!: string;
  @ApiProperty()
  name!: string;
  @ApiProperty()
  node_id!: number;
  @ApiProperty()
  boxid!: string;
  @ApiProperty({ enum: VOLUME_STATUSES, enumName: 'VolumeStatus' })
  status!: VolumeStatus;
  @ApiProperty({ description: 'More about the status, in words; empty when there is nothing to say.' })
  detail_status!: string;
  @ApiProperty({ enum: ['Standard'] })
  type!: 'Standard';
  @ApiProperty()
  capacity!: number;
  @ApiProperty()
  capacity_bytes!: number;
  @ApiProperty({ type: Number, nullable: true })
  used_capacity!: number | null;
  @ApiProperty({ type: Number, nullable: true })
  used_capacity_bytes!: number | null;
  @ApiProperty({ enum: ['Block'] })
  usage!: 'Block';
  @ApiProperty()
  uid!: string;
  @ApiProperty({ type: String, nullable: true, example: 'nbd://10.0.0.1:10809/data' })
  nbd_uri!: string | null;
  @ApiProperty({ enum: ACCESSES, enumName: 'VolumeAccess' })
  access!: VolumeAccess;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Name of the reason in docs/errors.md, unless hosts may read and write.',
  })
  access_reason!: string | null;
  @ApiProperty({ enum: WRITE_CACHES, enumName: 'WriteCache' })
  write_cache!: WriteCache;
  @ApiProperty({ type: BackingView })
  backing!: BackingView;
  @ApiProperty({ type: [String] })
  allowed_client_list!: string[];
  @ApiProperty()
  is_copy_protection_enabled!: boolean;
  @ApiProperty()
  is_copy_source_volume!: boolean;
  @ApiProperty()
  is_copy_destination_volume!: boolean;
  @ApiProperty({ type: Number, nullable: true, description: 'Null: it is a group of its own.' })
  consistencygroup_id!: number | null;
  @ApiProperty({ format: 'date-time' })
  created_time!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'When its node was last seen.' })
  last_seen_time!: string | null;
  @ApiProperty({ description: 'The node was not heard of late: what is shown is what was last known.' })
  is_stale!: boolean;
}
