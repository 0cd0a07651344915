import type * as z from 'zod';

/** A request of the protocol: what it takes, what it answers, and one sentence on what it does. */
export interface RequestDefinition<P extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  readonly kind: 'request';
  readonly method: string;
  readonly doc: string;
  readonly params: P;
  readonly result: R;
}

/** A notification of the protocol, and who sends it. */
export interface NotificationDefinition<P extends z.ZodType = z.ZodType> {
  readonly kind: 'notification';
  readonly method: string;
  readonly doc: string;
  readonly from: 'client' | 'bridge' | 'both';
  readonly params: P;
}

export function defineRequest<P extends z.ZodType, R extends z.ZodType>(
  method: string,
  doc: string,
  params: P,
  result: R,
): RequestDefinition<P, R> {
  return { kind: 'request', method, doc, params, result };
}

export function defineNotification<P extends z.ZodType>(
  method: string,
  doc: string,
  from: NotificationDefinition['from'],
  params: P,
): NotificationDefinition<P> {
  return { kind: 'notification', method, doc, from, params };
}

/** What a handler of DEFINITION receives. */
export type ParamsOf<D extends { params: z.ZodType }> = z.output<D['params']>;

/** What a handler of DEFINITION answers. */
export type ResultOf<D extends { result: z.ZodType }> = z.input<D['result']>;
