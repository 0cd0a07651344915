/** What can be typed at the prompt: data for the parser, `,help`, completion and the usage line. */

/** What an argument is, for completion. */
export type Argument =
  | 'type'
  | 'resource'
  | 'filter'
  | 'typeOrResource'
  | 'changes'
  | 'json'
  | 'schema'
  | 'tenant'
  | 'topic'
  | 'reference'
  | 'variable'
  | 'command'
  | 'file'
  | 'text';

export interface CommandInfo {
  readonly name: string;
  /** What follows the name. */
  readonly usage: string;
  /** One sentence. */
  readonly summary: string;
  /** The rest of what there is to say, in lines. */
  readonly details?: readonly string[];
  readonly examples?: readonly string[];
  /** In their order. */
  readonly arguments: readonly Argument[];
  /** `name=` that may be given. */
  readonly options?: readonly string[];
}

/** What `name=` of an option means. */
export const optionHelp: Readonly<Record<string, string>> = {
  sort: 'attribute to sort by; -attribute for the other way round',
  count: 'rows to show, or all',
  start: 'position of the first row, from 1',
  attributes: 'attributes to ask for, separated by commas',
  exclude: 'attributes to leave out, separated by commas',
};

const projection = ['attributes', 'exclude'];
const listOptions = ['sort', 'count', 'start', ...projection];

/** Commands without a comma. The names of resource types and endpoints are commands as well: see `listCommand`. */
export const commands: readonly CommandInfo[] = [
  {
    name: 'get',
    usage: 'TYPE/ID | NAME | *1 [attributes=…]',
    summary: 'Read a resource, by its id or by what people call it.',
    details: ['Of several with such a name, you choose by a click.', 'TYPE NAME looks among one type only.'],
    examples: ['get Users/2819', 'get bjensen@example.com', 'get Group "Tour Guides"', 'get *1[0]'],
    arguments: ['resource'],
    options: projection,
  },
  { name: 'me', usage: '', summary: 'Read your own resource (/Me).', arguments: [], options: projection },
  {
    name: 'search',
    usage: '[TYPE] [FILTER] [sort=…] [count=…]',
    summary: 'As a list, but by POST /.search, which keeps the filter out of URLs and logs.',
    details: ['Without TYPE, all types are searched.'],
    examples: ['search Users userName eq "bjensen@example.com"', 'search meta.lastModified gt "2026-01-01T00:00:00Z"'],
    arguments: ['type', 'filter'],
    options: listOptions,
  },
  {
    name: 'count',
    usage: 'TYPE [FILTER]',
    summary: 'Tell how many resources there are.',
    examples: ['count users active eq true'],
    arguments: ['type', 'filter'],
  },
  { name: 'more', usage: '', summary: 'Show the next rows of the last list.', arguments: [] },
  {
    name: 'create',
    usage: 'TYPE {json}',
    summary: 'Create a resource (POST).',
    details: ['The schema is added when the JSON has none. RET breaks the line until the braces are closed.'],
    examples: ['create Users {"userName": "bjensen@example.com"}'],
    arguments: ['type', 'json'],
  },
  {
    name: 'put',
    usage: 'TYPE/ID | NAME | *1 {json}',
    summary: 'Replace a resource as a whole (PUT).',
    examples: ['put *1 {"userName": "bjensen@example.com", "active": true}'],
    arguments: ['resource', 'json'],
  },
  {
    name: 'patch',
    usage: 'TYPE/ID | "NAME" | *1 CHANGE… | {json}',
    summary: 'Change a resource, in the words of PATCH that this service understands, and verify it.',
    details: [
      'CHANGE is attribute=value, add attribute=value, attribute+=value or remove attribute.',
      'A value is a word, a "text" or JSON; attributes may have filters: emails[type eq "work"].value=…',
      'A PatchOp message, or the array of its operations, is sent as it is.',
    ],
    examples: [
      'patch Users/2819 active=false title="Tour Guide"',
      'patch *1 add emails={"value": "b@example.com", "type": "home"} remove phoneNumbers[type eq "fax"]',
    ],
    arguments: ['resource', 'changes'],
  },
  {
    name: 'delete',
    usage: 'TYPE/ID | NAME | *1',
    summary: 'Delete a resource, and verify that it is gone.',
    examples: ['delete Users/2819'],
    arguments: ['resource'],
  },
  {
    name: 'members',
    usage: 'Groups/ID | NAME | *1 [count=…]',
    summary: 'List the members of a group.',
    examples: ['members "Tour Guides"'],
    arguments: ['resource'],
    options: ['count'],
  },
  {
    name: 'bulk',
    usage: '{json}',
    summary: 'Send many operations: a BulkRequest, or the array of its operations.',
    arguments: ['json'],
  },
  {
    name: 'schema',
    usage: 'TYPE[.ATTRIBUTE] | URN',
    summary: 'Show the attributes of a resource type or schema.',
    examples: ['schema User', 'schema User.emails'],
    arguments: ['schema'],
  },
  {
    name: 'config',
    usage: '',
    summary: 'Show what the service says it can do (ServiceProviderConfig).',
    arguments: [],
  },
  { name: 'types', usage: '', summary: 'List the resource types of the service.', arguments: [] },
];

/** The command that the name of a resource type is. */
export const listCommand: CommandInfo = {
  name: 'users',
  usage: '[FILTER] [sort=…] [count=…] [attributes=…]',
  summary: 'List resources: users, groups, and any other type or endpoint of the service.',
  details: [
    'FILTER is one of SCIM: userName sw "b" and active eq true.',
    'Options: sort=userName, sort=-userName, count=50, count=all, start=21, attributes=userName,emails, exclude=members.',
    'The list ends by saying whether it is complete. `more` shows the next rows; *1[0] is the first row.',
  ],
  examples: ['users', 'users userName sw "b" sort=userName count=5', 'groups displayName co "guide"'],
  arguments: ['filter'],
  options: listOptions,
};

/** Methods of raw requests, in capitals. */
export const rawMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;

/** The command that a raw request is. */
export const rawCommand: CommandInfo = {
  name: 'GET',
  usage: '/PATH[?QUERY], or POST, PUT, PATCH, DELETE; then headers; a blank line; a body',
  summary: 'Send a request as it is written, with the credentials of the tenant.',
  details: [
    'The method is in capitals. The query may be written as one says it.',
    'Where a body may follow, RET breaks the line; M-RET sends at once.',
  ],
  examples: ['GET /Users?filter=userName sw "b"&count=2', 'GET /ServiceProviderConfig'],
  arguments: ['text'],
};

/** Commands after a comma. */
export const shortcuts: readonly CommandInfo[] = [
  {
    name: 'help',
    usage: '[COMMAND | filter | references]',
    summary: 'Show what can be typed here.',
    arguments: ['topic'],
  },
  { name: 'tenant', usage: '[NAME]', summary: 'Talk to another tenant from now on.', arguments: ['tenant'] },
  { name: 'tenants', usage: '', summary: 'List the tenants of the workspace.', arguments: [] },
  { name: 'log', usage: '', summary: 'Show the requests that this REPL has sent.', arguments: [] },
  { name: 'doctor', usage: '', summary: 'Check the tenant.', arguments: [] },
  { name: 'env', usage: '', summary: 'Show the variables of the workspace.', arguments: [] },
  {
    name: 'set',
    usage: 'NAME=VALUE',
    summary: 'Set a variable, to be used as {{NAME}}; without a value, forget it.',
    examples: [',set mail=bjensen@example.com', ',set id=*1.id'],
    arguments: ['variable'],
  },
  { name: 'vars', usage: '', summary: 'List the variables.', arguments: [] },
  { name: 'history', usage: '[TEXT]', summary: 'List earlier inputs, those with TEXT in them.', arguments: ['text'] },
  { name: 'clear', usage: '', summary: 'Clear the buffer.', arguments: [] },
  { name: 'edit', usage: 'TYPE/ID | *1', summary: 'Open a resource in an edit buffer.', arguments: ['resource'] },
  {
    name: 'browse',
    usage: '[TYPE [FILTER]]',
    summary: 'Open a list in a buffer of its own.',
    arguments: ['type', 'filter'],
  },
  {
    name: 'save',
    usage: 'FILE [*1]',
    summary: 'Write the last result, or another one, to a file, in full and not redacted.',
    arguments: ['file', 'reference'],
  },
  { name: 'curl', usage: '', summary: 'Copy the last request as a curl command.', arguments: [] },
  { name: 'request', usage: '', summary: 'Make a request file of the last request.', arguments: [] },
  {
    name: 'time',
    usage: '[COMMAND]',
    summary: 'Tell how long each request of COMMAND took, or of the last one.',
    arguments: ['command'],
  },
  { name: 'quit', usage: '', summary: 'Leave the REPL.', arguments: [] },
];

/** What `,help` tells beside the commands. */
export const topics: Readonly<Record<string, readonly string[]>> = {
  references: [
    '*1 is the last result, *2 the one before it, and so on up to *9; *e is the last error.',
    'A reference stands for a resource (get *1, patch *1 active=false), or for a value:',
    '  *1.id  *1.emails[0].value  *1.emails[type eq "work"].value  *1.meta.version',
    'Of a list, *1[0] is the first row, *1[3].id the id of the fourth, *1.userName the names of all.',
    'Values can be used behind = and behind the operator of a filter: title=*1.title, id eq *1.id;',
    'and anywhere, also in JSON and in raw requests, in braces: {{*1.id}}, {{name}} for variables.',
    'What goes wrong leaves *1 as it is.',
  ],
  filter: [
    'A filter compares attributes: userName eq "bjensen", emails.value ew "@example.com", active eq true.',
    'Operators: eq ne co (contains) sw (starts with) ew (ends with) gt ge lt le, and pr (is present).',
    'Together: and, or, not (…), ( … ); values of one element: emails[type eq "work" and value co "@"].',
    'Texts are in double quotes; true, false, null and numbers are not. Dates: "2026-01-31T12:00:00Z".',
  ],
  keys: [
    'RET sends when brackets and quotes are closed, else it breaks the line; C-j breaks it always, M-RET sends always.',
    'TAB completes commands, attributes, operators, names of resources. C-c C-c interrupts what is running.',
    'M-p and M-n walk through inputs that begin like this one, M-r searches them.',
    'C-c C-o removes the last output, C-c M-o all of it; C-c C-p and C-c C-n go from prompt to prompt.',
    'C-c C-l shows the requests that were sent, C-c ? all commands of this buffer.',
  ],
};

/** The command NAME, without a comma, in any case. */
export function commandNamed(name: string): CommandInfo | undefined {
  const lower = name.toLowerCase();
  return commands.find((each) => each.name === lower);
}

/** The shortcut NAME, without its comma, in any case. */
export function shortcutNamed(name: string): CommandInfo | undefined {
  const lower = name.toLowerCase();
  return shortcuts.find((each) => each.name === lower);
}
