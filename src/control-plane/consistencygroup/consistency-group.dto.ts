import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { INITIAL_COPY_WARNING } from '../copysession/initial-copy.js';
import { ChangeSessionBody, SRL_MB_MAX } from '../copysession/session-settings.dto.js';
import { DEFAULT_SRL_SIZE_MB } from '../copysession/session-settings.js';
import {
  DEFAULT_SESSION_SETTINGS,
  DESTINATIONS_MAX,
  INITIAL_COPIES,
  TRANSFER_MODES,
  type InitialCopy,
  type TransferMode,
} from '../../model/session.js';
import { MayBeAbsent } from '../http/may-be-absent.js';
import { IsId } from '../http/resource-id.js';
import { IsVolumeName } from '../volume/volume.dto.js';

/** All its sessions, of 8 destinations, are suspended by one call to their node, which takes 4096. */
const VOLUMES_MAX = 512;

export class CreateGroupBody {
  @ApiProperty({ minLength: 1, maxLength: 32 })
  @IsVolumeName()
  name!: string;

  @ApiProperty()
  @IsId()
  node_id!: number;

  @ApiProperty({ type: [Number], description: 'Volumes of that node, without copy sessions, in no other group.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(VOLUMES_MAX)
  @ArrayUnique()
  @IsId({ each: true })
  volume_id_list!: number[];

  @ApiPropertyOptional({
    minimum: 128,
    maximum: SRL_MB_MAX,
    default: DEFAULT_SRL_SIZE_MB,
    description: 'Size of the log at each end, MiB.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(SRL_MB_MAX)
  srl_size_mb?: number;
}

export class DestinationVolumeBody {
  @ApiProperty()
  @IsId()
  source_volume_id!: number;

  @ApiProperty()
  @IsId()
  destination_volume_id!: number;
}

class DestinationsBody {
  @ApiPropertyOptional({
    type: [DestinationVolumeBody],
    description: 'Existing volumes of the same sizes; for the others, volumes of the same names and sizes are made.',
  })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(VOLUMES_MAX * DESTINATIONS_MAX)
  @ValidateNested({ each: true })
  @Type(() => DestinationVolumeBody)
  destination_volume_list?: DestinationVolumeBody[];
}

export class ChangeGroupBody extends DestinationsBody {
  @ApiPropertyOptional({ minLength: 1, maxLength: 32 })
  @MayBeAbsent()
  @IsVolumeName()
  name?: string;

  @ApiPropertyOptional({
    type: [Number],
    description:
      'The whole new list. With copy sessions, volumes are either added, which are copied to every destination, or taken away.',
  })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(VOLUMES_MAX)
  @ArrayUnique()
  @IsId({ each: true })
  volume_id_list?: number[];
}

class NewGroupSessions extends DestinationsBody {
  @ApiProperty()
  @IsId()
  destination_node_id!: number;

  @ApiProperty({ enum: TRANSFER_MODES, enumName: 'TransferMode' })
  @IsIn(TRANSFER_MODES)
  transfer_mode!: TransferMode;

  @ApiPropertyOptional({
    enum: INITIAL_COPIES,
    enumName: 'InitialCopy',
    default: DEFAULT_SESSION_SETTINGS.initialCopy,
    description: INITIAL_COPY_WARNING,
  })
  @MayBeAbsent()
  @IsIn(INITIAL_COPIES)
  initial_copy?: InitialCopy;
}

export class CreateGroupSessionsBody extends IntersectionType(
  NewGroupSessions,
  OmitType(ChangeSessionBody, ['transfer_mode'] as const),
) {}

export class ReverseGroupBody {
  @ApiPropertyOptional({ description: 'The node that shall be the source: already so is success.' })
  @MayBeAbsent()
  @IsId()
  source_node_id?: number;
}
