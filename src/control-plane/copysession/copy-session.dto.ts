import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType } from '@nestjs/swagger';
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
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import type { RefusalDetail } from '../../errors/refusal.js';
import {
  DEFAULT_SESSION_SETTINGS,
  INITIAL_COPIES,
  TRANSFER_MODES,
  type InitialCopy,
  type TransferMode,
} from '../../model/session.js';
import { MayBeAbsent } from '../http/may-be-absent.js';
import { ID_MAX, IsId } from '../http/resource-id.js';
import { IsTrueOrFalse } from '../http/true-or-false.js';
import { BETWEEN_FIELDS, invalid } from '../http/validation.js';
import { WaitQuery } from '../job/job.dto.js';
import { IsVolumeName } from '../volume/volume.dto.js';
import { SAMPLES_KEPT_SECONDS } from './session-sample.entity.js';
import { newSettings, settingProblems, splitModeProblems } from './session-settings.js';
import { INITIAL_COPY_WARNING, skipProblems } from './initial-copy.js';
import { ChangeSessionBody, SRL_MB_MAX } from './session-settings.dto.js';

const DEFAULTS = DEFAULT_SESSION_SETTINGS;
const SESSIONS_MAX = 1000;

export class NewDestinationBody {
  @ApiProperty()
  @IsId()
  node_id!: number;

  @ApiPropertyOptional({ minLength: 1, maxLength: 32, description: "The source's name when absent." })
  @MayBeAbsent()
  @IsVolumeName()
  name?: string;
}

class NewSessionEnds {
  @ApiProperty()
  @IsId()
  source_volume_id!: number;

  @ApiPropertyOptional({ description: 'An existing volume of the same size on another node; or destination.' })
  @MayBeAbsent()
  @IsId()
  destination_volume_id?: number;

  @ApiPropertyOptional({ type: NewDestinationBody, description: 'Has a volume of the same size made on this node.' })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => NewDestinationBody)
  destination?: NewDestinationBody;

  @ApiPropertyOptional({ minLength: 40, maxLength: 40, description: 'Checked against the node of the source.' })
  @MayBeAbsent()
  @IsString()
  @Length(40, 40)
  source_boxid?: string;

  @ApiPropertyOptional({ minLength: 40, maxLength: 40, description: 'Checked against the node of the destination.' })
  @MayBeAbsent()
  @IsString()
  @Length(40, 40)
  destination_boxid?: string;

  @ApiProperty({ enum: TRANSFER_MODES, enumName: 'TransferMode' })
  @IsIn(TRANSFER_MODES)
  transfer_mode!: TransferMode;

  @ApiPropertyOptional({
    enum: INITIAL_COPIES,
    enumName: 'InitialCopy',
    default: DEFAULTS.initialCopy,
    description: INITIAL_COPY_WARNING,
  })
  @MayBeAbsent()
  @IsIn(INITIAL_COPIES)
  initial_copy?: InitialCopy;

  @ApiPropertyOptional({
    minimum: 128,
    maximum: SRL_MB_MAX,
    default: 1024,
    description: 'Size of the log at each end, MiB.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(SRL_MB_MAX)
  srl_size_mb?: number;
}

export class CreateSessionBody extends IntersectionType(
  NewSessionEnds,
  OmitType(ChangeSessionBody, ['transfer_mode'] as const),
) {
  [BETWEEN_FIELDS](): RefusalDetail[] {
    const { settings, srlSizeBytes } = newSettings(this);
    const hasOneDestination = (this.destination_volume_id === undefined) !== (this.destination === undefined);
    return [
      ...settingProblems(settings, srlSizeBytes),
      ...splitModeProblems(this, settings),
      ...skipProblems(this.initial_copy, this.destination !== undefined),
      ...(hasOneDestination ? [] : [invalid('destination_volume_id', 'or destination is required, and not both')]),
    ];
  }
}

export class SuspendBody {
  @ApiPropertyOptional({
    default: false,
    description:
      'Also when not Equivalent: the destination is then unusable until resumed. With the source unreachable the destination acts alone and opens its volume.',
  })
  @MayBeAbsent()
  @IsBoolean()
  force?: boolean;
}

export class SuspendManyBody extends SuspendBody {
  @ApiProperty({ type: [Number], description: 'Of one source node.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(SESSIONS_MAX)
  @ArrayUnique()
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(ID_MAX, { each: true })
  copysession_id_list!: number[];
}

export class ReverseBody {
  @ApiPropertyOptional({ description: 'The volume that shall be the source: already so is success.' })
  @MayBeAbsent()
  @IsId()
  source_volume_id?: number;
}

export class EmptyBody {}

export class DeleteSessionQuery extends WaitQuery {
  @ApiPropertyOptional({ type: Boolean, description: 'Also when not Equivalent.' })
  @IsTrueOrFalse()
  force?: 'true' | 'false';
}

export class StatisticsQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 10,
    maximum: SAMPLES_KEPT_SECONDS,
    description: 'Seconds: differences over so long.',
  })
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(10)
  @Max(SAMPLES_KEPT_SECONDS)
  interval?: number;
}
