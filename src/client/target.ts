export type {
  Answer,
  CallOptions,
  Discovery,
  Feature,
  GetOptions,
  ListOutcome,
  ListPage,
  Projection,
  Query,
  TargetOptions,
  ValidationMode,
  WriteOptions,
} from './types.js';
