import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Answers } from '../http/answers.js';
import { describeList, ListCall, ListQuery, readList, type ListAnswer, type ListRequest } from '../http/list.js';
import { NoQuery } from '../http/no-query.js';
import { ResourceIdPipe } from '../http/resource-id.js';
import { AllowedFor } from '../session/caller.js';
import { jobView, JobView } from './job.dto.js';
import { Job, JOB_STATUSES } from './job.entity.js';
import { Jobs } from './jobs.js';

const JOB_LIST = describeList({
  resource: 'job',
  view: JobView,
  filters: {
    status: { column: 'job.status', values: JOB_STATUSES },
    requestor: { column: 'job.requestor' },
  },
});

const jobId = new ResourceIdPipe('JOB_NOT_FOUND');

@ApiTags('job')
@Controller('job')
export class JobController {
  constructor(
    private readonly database: DataSource,
    private readonly jobs: Jobs,
  ) {}

  @Get()
  @AllowedFor('monitor')
  @ListCall(JOB_LIST, { summary: 'List jobs' })
  list(@ListQuery(JOB_LIST) request: ListRequest): Promise<ListAnswer> {
    const rows = this.database.getRepository(Job).createQueryBuilder('job');
    return readList(rows, JOB_LIST, request, jobView);
  }

  @Get(':job_id')
  @AllowedFor('monitor')
  @Answers(200, JobView, { summary: 'Show a job', errors: ['JOB_NOT_FOUND'] })
  async get(@Param('job_id', jobId) id: number, @Query() _query: NoQuery): Promise<JobView> {
    return jobView(await this.jobs.get(id));
  }

  @Delete(':job_id')
  @AllowedFor('operator')
  @Answers(204, null, {
    summary: 'Remove a finished job, or cancel a queued one',
    description: 'A cancelled job takes back what it was to bring, and stays in the list as Canceled.',
    errors: ['JOB_NOT_FOUND', 'JOB_RUNNING'],
  })
  async delete(@Param('job_id', jobId) id: number, @Query() _query: NoQuery): Promise<void> {
    await this.jobs.remove(id);
  }
}
