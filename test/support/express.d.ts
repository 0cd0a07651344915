/** The little of express that the tests use; its types are not installed. */
declare module 'express' {
  import type { Server } from 'node:http';

  interface Application {
    use(path: string, handler: unknown): void;
    listen(port: number, host: string): Server;
  }

  export default function express(): Application;
  export class Router {}
}
