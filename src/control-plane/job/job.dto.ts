import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { ERRORS } from '../../errors/registry.js';
import { INTERNAL_CODE } from '../http/error-answer.js';
import { MayBeAbsent } from '../http/may-be-absent.js';
import { JOB_STATUSES, type Job, type JobStatus } from './job.entity.js';

export const WAIT_SECONDS_MAX = 60;

/** Query of every call that makes a job; calls with more of a query extend it. */
export class WaitQuery {
  @ApiPropertyOptional({
    minimum: 0,
    maximum: WAIT_SECONDS_MAX,
    type: 'integer',
    description: 'Seconds to wait for the end of the job: 200 with the job if it ended in time, else 202.',
    // The console sends examples of parameters unless they are changed.
    example: 30,
  })
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(WAIT_SECONDS_MAX)
  wait?: number;
}

export class JobAccepted {
  @ApiProperty()
  job_id!: number;
  @ApiProperty({ example: '/api/v1/job/1' })
  job_href!: string;
}

export class FailedResourceView {
  @ApiProperty()
  resource_href!: string;
  @ApiProperty()
  error_code!: number;
  @ApiProperty()
  message!: string;
}

export class JobOperationView {
  @ApiProperty()
  operation!: string;
  @ApiProperty()
  result!: string;
  @ApiProperty({ format: 'date-time' })
  time!: string;
}

export class JobErrorView {
  @ApiProperty()
  error_code!: number;
  @ApiProperty()
  message!: string;
  @ApiProperty(INTERNAL_CODE)
  internal_code!: string;
}

export class JobView {
  @ApiProperty()
  job_id!: number;
  @ApiProperty()
  job_href!: string;
  @ApiProperty()
  description!: string;
  @ApiProperty({ enum: JOB_STATUSES, enumName: 'JobStatus' })
  status!: JobStatus;
  @ApiProperty()
  requestor!: string;
  @ApiProperty({ format: 'date-time' })
  created_time!: string;
  @ApiProperty({ format: 'date-time' })
  modified_time!: string;
  @ApiProperty({ type: [String] })
  resource_href_list!: string[];
  @ApiProperty({ type: [String], description: 'Where to read the progress of what the job set going.' })
  progress_href_list!: string[];
  @ApiProperty({ type: [String] })
  succeeded_resource_href_list!: string[];
  @ApiProperty({ type: [FailedResourceView] })
  failed_resource_info_list!: FailedResourceView[];
  @ApiProperty({ type: [JobOperationView] })
  operation_list!: JobOperationView[];
  @ApiProperty({ type: JobErrorView, nullable: true })
  error!: JobErrorView | null;
}

export function jobHref(id: number): string {
  return `/api/v1/job/${id}`;
}

export function jobView(job: Job): JobView {
  return {
    job_id: job.id,
    job_href: jobHref(job.id),
    description: job.description,
    status: job.status,
    requestor: job.requestor,
    created_time: job.createdTime.toISOString(),
    modified_time: job.modifiedTime.toISOString(),
    resource_href_list: job.resourceHrefs,
    progress_href_list: job.progressHrefs,
    succeeded_resource_href_list: job.succeededHrefs,
    failed_resource_info_list: job.failedResources.map(({ resourceHref, code, message }) => ({
      resource_href: resourceHref,
      error_code: ERRORS[code].code,
      message,
    })),
    operation_list: [...job.operations],
    error: job.error && {
      error_code: ERRORS[job.error.code].code,
      message: job.error.message,
      internal_code: job.error.code,
    },
  };
}
