;;; scim-protocol.el --- Names of the bridge's RPC methods -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; Generated from src/protocol by "npm run generate".  Do not edit.

;;; Code:

(defconst scim-protocol-version "1.2"
  "Version of the protocol that this Emacs Lisp speaks.")

(defconst scim-protocol-inline-text-limit 262144
  "Longest text, in characters, that crosses the wire inside a message.
A longer one goes by a file.")

(defconst scim-protocol-cancel-request "$/cancelRequest"
  "Notification from the client.
Cancel the request with this id; it is then answered with
`requestCancelled'.")

(defconst scim-protocol-progress "$/progress"
  "Notification from the bridge.
How far the request that carried `workDoneToken' has come.")

(defconst scim-protocol-exit "exit"
  "Notification from the client.
End the process: exit code 0 after `shutdown', 1 without it.")

(defconst scim-protocol-initialize "initialize"
  "Request.
Open the session; refused with `incompatibleVersion' when client and bridge
do not fit.")

(defconst scim-protocol-initialized "initialized"
  "Notification from the client.
The client is ready.")

(defconst scim-protocol-shutdown "shutdown"
  "Request.
Stop all work; only `exit' may follow.")

(defconst scim-protocol-log-message "window/logMessage"
  "Notification from the bridge.
A message for the person: 1 error, 2 warning, 3 information, 4 log.")

(defconst scim-protocol-exchange "scim/exchange"
  "Notification from the bridge.
One HTTP exchange has ended.")

(defconst scim-protocol-exchanges "scim/exchanges"
  "Notification from the bridge.
Exchanges have ended: in the place of `scim/exchange', when there are many
in a short time.")

(defconst scim-protocol-secrets-provide "scim/secrets/provide"
  "Request.
Values for the references that an error `secret.needed' named; they stay in
memory.")

(defconst scim-protocol-tenants "scim/tenants"
  "Request.
The tenants of the workspace and what is wrong with each; nothing is
connected to.")

(defconst scim-protocol-trust-grant "scim/trust/grant"
  "Request.
Let a file run commands, as long as it stays as it is.")

(defconst scim-protocol-trust-inspect "scim/trust/inspect"
  "Request.
Which commands a file of the workspace would run, and whether its content is
trusted.")

(defconst scim-protocol-vendors "scim/vendors"
  "Request.
The vendor profiles: what is known about services, each value with its
source.")

(defconst scim-protocol-request-curl "scim/request/curl"
  "Request.
A request that was prepared before, or its edited preview, as a curl command
without secrets.")

(defconst scim-protocol-request-diff "scim/request/diff"
  "Request.
Two answers as a unified diff of status, headers and body; empty when they
are equal.")

(defconst scim-protocol-request-export "scim/request/export"
  "Request.
All requests of a file as a shell script of curl commands; secrets are shell
variables.")

(defconst scim-protocol-request-forget "scim/request/forget"
  "Request.
Forget the captured values and responses of a file.")

(defconst scim-protocol-request-from-exchange "scim/request/from-exchange"
  "Request.
An exchange of the log as a request, for a request file; without secrets.")

(defconst scim-protocol-request-import "scim/request/import"
  "Request.
Requests of another tool as text for a request file.")

(defconst scim-protocol-request-links "scim/request/links"
  "Request.
The parts of the body of an answer that lead to resources.")

(defconst scim-protocol-request-outline "scim/request/outline"
  "Request.
The requests of a file and what is wrong with its syntax.")

(defconst scim-protocol-request-preview "scim/request/preview"
  "Request.
One request of a file as it would be sent, redacted, and as a curl command;
nothing is sent.")

(defconst scim-protocol-request-run "scim/request/run"
  "Request.
Send one request of a file, in the session of that file, or all of them in a
fresh session.")

(defconst scim-protocol-request-send "scim/request/send"
  "Request.
Send a request that was prepared before, byte for byte, or as its preview
was edited; only the latest are kept.")

(defconst scim-protocol-request-table "scim/request/table"
  "Request.
The body of an answer as a table: a row for each resource.")

(defconst scim-protocol-request-variables "scim/request/variables"
  "Request.
The variables of a file with their present values, redacted.")

(defconst scim-protocol-deviations "scim/deviations"
  "Request.
Where the answers of a tenant's server have deviated from its own schemas so
far, the most frequent first.")

(defconst scim-protocol-resource-bulk "scim/resource/bulk"
  "Request.
Many operations in as few requests as the server permits, and what became of
each.")

(defconst scim-protocol-resource-create "scim/resource/create"
  "Request.
Create a resource (POST).")

(defconst scim-protocol-resource-delete "scim/resource/delete"
  "Request.
Delete a resource.")

(defconst scim-protocol-resource-get "scim/resource/get"
  "Request.
One resource by id.")

(defconst scim-protocol-resource-list "scim/resource/list"
  "Request.
All resources of a type, all pages, and whether that is all of them.")

(defconst scim-protocol-resource-me "scim/resource/me"
  "Request.
The resource of whoever the credentials of the tenant belong to.")

(defconst scim-protocol-resource-patch "scim/resource/patch"
  "Request.
Modify a resource (PATCH): `operations' is a JSON array of patch operations
or a whole PatchOp message.")

(defconst scim-protocol-resource-replace "scim/resource/replace"
  "Request.
Replace a resource (PUT).")

(defconst scim-protocol-resource-search "scim/resource/search"
  "Request.
The same by POST /.search, so that no filter stands in a URL; without
`type', resources of every type.")

(defconst scim-protocol-resource-update "scim/resource/update"
  "Request.
Make a resource what `resource' says: compare, and send the least that does
it, in the way of the service.")

(defconst scim-protocol-report-begin "scim/report/begin"
  "Request.
Open a report; what it prints comes as `scim/report/output'.")

(defconst scim-protocol-report-end "scim/report/end"
  "Request.
Close a report: the rest of its text has been sent when this is answered.")

(defconst scim-protocol-report-error "scim/report/error"
  "Request.
Add an error that kept a whole file from being run to a report.")

(defconst scim-protocol-report-output "scim/report/output"
  "Notification from the bridge.
A piece of the text of a report, to be written to standard output as it is.")

(defconst scim-protocol-report-script "scim/report/script"
  "Request.
Add the outcome of an Elisp script to a report.")

(defconst scim-protocol-replay-send "scim/replay/send"
  "Request.
Send the requests of an archive, in order, to a tenant, and compare the
answers.")

(defconst scim-protocol-replay-serve "scim/replay/serve"
  "Request.
Start a server that answers the requests of an archive as they were answered
when it was recorded.")

(defconst scim-protocol-replay-status "scim/replay/status"
  "Request.
What a playback server has answered, and what it had no answer for.")

(defconst scim-protocol-replay-stop "scim/replay/stop"
  "Request.
Stop a playback server.")

(defconst scim-protocol-trace-close "scim/trace/close"
  "Request.
Forget an archive that was opened.")

(defconst scim-protocol-trace-curl "scim/trace/curl"
  "Request.
The request of an exchange as a curl command, secrets as shell variables.")

(defconst scim-protocol-trace-detail "scim/trace/detail"
  "Request.
Request and response of an exchange, headers and bodies, as text to show;
long bodies are cut, and say so.")

(defconst scim-protocol-trace-exchange "scim/trace/exchange"
  "Request.
One of the latest exchanges in full, redacted.")

(defconst scim-protocol-trace-har "scim/trace/har"
  "Request.
The latest exchanges, of one tenant or of all, or some of them, as an HTTP
Archive 1.2, redacted.")

(defconst scim-protocol-trace-open "scim/trace/open"
  "Request.
Read an HTTP Archive, ours or that of a browser or a proxy; secrets in it
are taken out.")

(defconst scim-protocol-trace-request "scim/trace/request"
  "Request.
The request of an exchange, of this bridge or of an archive, as a request
file; without secrets.")

(defconst scim-protocol-trace-resend "scim/trace/resend"
  "Request.
Send the request of an exchange again: the same method, path, headers and
body, with the credential of the tenant.")

(defconst scim-protocol-mock-answered "scim/mock/answered"
  "Notification from the bridge.
A mock server has answered requests; told a few times a second at most.")

(defconst scim-protocol-mock-attach "scim/mock/attach"
  "Request.
Send the requests for a tenant to a mock server until `detach'; the
credential of the tenant stays unused.")

(defconst scim-protocol-mock-changes "scim/mock/changes"
  "Request.
What differs from the data that the mock server was started with.")

(defconst scim-protocol-mock-control "scim/mock/control"
  "Request.
Move the clock of a mock server, revoke one of its tokens, take its faults
away, or take back all changes.")

(defconst scim-protocol-mock-detach "scim/mock/detach"
  "Request.
Send the requests for a tenant to the tenant again.")

(defconst scim-protocol-mock-ended "scim/mock/ended"
  "Notification from the bridge.
A mock server has ended; tenants that were attached to it are no longer.")

(defconst scim-protocol-mock-list "scim/mock/list"
  "Request.
The mock servers that run in this bridge.")

(defconst scim-protocol-mock-request "scim/mock/request"
  "Request.
One of the latest requests with headers and bodies, redacted, as text to
show.")

(defconst scim-protocol-mock-requests "scim/mock/requests"
  "Request.
The latest requests that a mock server has answered, after the one with the
number `since'.")

(defconst scim-protocol-mock-reseed "scim/mock/reseed"
  "Request.
Give a running mock server new behaviour and new data; it keeps its socket,
and stays as it is when they are bad.")

(defconst scim-protocol-mock-resource "scim/mock/resource"
  "Request.
One resource of a mock server as JSON, and what it was when the server
started, if it has changed since.")

(defconst scim-protocol-mock-resources "scim/mock/resources"
  "Request.
Some of the resources of a mock server.")

(defconst scim-protocol-mock-save "scim/mock/save"
  "Request.
What a mock server is now, as the text of a mock file.")

(defconst scim-protocol-mock-start "scim/mock/start"
  "Request.
Start a mock server with a mock file, with resources, or with recorded
traffic; it ends with the bridge.")

(defconst scim-protocol-mock-status "scim/mock/status"
  "Request.
What a mock server does and holds at the moment.")

(defconst scim-protocol-mock-stop "scim/mock/stop"
  "Request.
Stop a mock server.")

(defconst scim-protocol-text-document-completion "textDocument/completion"
  "Request.
What can stand at a place of a text.")

(defconst scim-protocol-text-document-definition "textDocument/definition"
  "Request.
Where what stands at a place of a text is defined: in a file, or behind a
`scim:' URI.")

(defconst scim-protocol-text-document-did-change "textDocument/didChange"
  "Notification from the client.
A text has changed; the last of the changes is the whole text.")

(defconst scim-protocol-text-document-did-close "textDocument/didClose"
  "Notification from the client.
A text is not edited any more; its diagnostics are withdrawn.")

(defconst scim-protocol-text-document-did-open "textDocument/didOpen"
  "Notification from the client.
A text is edited from now on; what is wrong with it is published.")

(defconst scim-protocol-text-document-document-link "textDocument/documentLink"
  "Request.
The parts of a text that lead somewhere: to a file, or behind a `scim:' URI.")

(defconst scim-protocol-text-document-document-symbol "textDocument/documentSymbol"
  "Request.
The parts of a text that have names.")

(defconst scim-protocol-text-document-hover "textDocument/hover"
  "Request.
What is known of the word at a place of a text; null when nothing is.")

(defconst scim-protocol-text-document-publish-diagnostics "textDocument/publishDiagnostics"
  "Notification from the bridge.
What is wrong with a text; takes the place of what was said before.")

(defconst scim-protocol-doctor "scim/doctor"
  "Request.
Check tenants: configuration, network, credentials, discovery, permissions.
Writes nothing unless told to.")

(defconst scim-protocol-doctor-preflight "scim/doctor/preflight"
  "Request.
The checks that go before a batch run that writes; nothing is checked when
no request of the files writes.")

(defconst scim-protocol-env-diff "scim/env/diff"
  "Request.
What differs between two tenants, two sets, or two revisions: keys,
references, origins, fingerprints; no values.")

(defconst scim-protocol-env-example "scim/env/example"
  "Request.
The text of a `.env.example': what a new colleague has to fill in; it holds
no values.")

(defconst scim-protocol-env-history "scim/env/history"
  "Request.
Which sets were in force at the runs that were recorded, the latest first.")

(defconst scim-protocol-env-inventory "scim/env/inventory"
  "Request.
Every variable that the workspace needs: what for, whether it is set, where
its value comes from; never the value.")

(defconst scim-protocol-env-promote "scim/env/promote"
  "Request.
Carry the settings of a tenant over to another one in `scim.yaml', without
secrets; first tell which, then do it.")

(defconst scim-protocol-env-record "scim/env/record"
  "Request.
Remember what is in force for a tenant now; runs of request files with a
report that write, and the doctor, do so themselves.")

(defconst scim-protocol-env-rollback "scim/env/rollback"
  "Request.
Restore `scim.yaml' and the sets of a revision in the work tree; first tell
what would change, then do it.")

(defconst scim-protocol-tenant-add "scim/tenant/add"
  "Request.
Write a tenant into `scim.yaml', which need not exist; comments and order of
the file stay.")

(defconst scim-protocol-tenant-check "scim/tenant/check"
  "Request.
What is wrong with the answer to one question of a preset.")

(defconst scim-protocol-tenant-presets "scim/tenant/presets"
  "Request.
The kinds of tenants that can be set up by a few questions.")

(defconst scim-protocol-rotate "scim/rotate"
  "Request.
The rotation of the credential of a tenant: how far it is; what the service
says about both; how to end it.")

(defconst scim-protocol-lookup-find "scim/lookup/find"
  "Request.
Resources that people call by a text, or that have it as id; what the
service cannot filter is picked from a page of it.")

(defconst scim-protocol-lookup-types "scim/lookup/types"
  "Request.
The resource types of a service.")

(defconst scim-protocol-members-apply "scim/members/apply"
  "Request.
Add and remove members, in the way of the service, and read them again to
see what came of it.")

(defconst scim-protocol-members-export "scim/members/export"
  "Request.
The list as CSV (RFC 4180).")

(defconst scim-protocol-members-names "scim/members/names"
  "Request.
Look up the names of members that the list gives without; all of them when
there are no ids.")

(defconst scim-protocol-members-plan "scim/members/plan"
  "Request.
What would be sent to add and remove members, as text.")

(defconst scim-protocol-members-read "scim/members/read"
  "Request.
Read the members of a group, or other references of a resource, once; the
bridge keeps them.")

(defconst scim-protocol-members-resolve "scim/members/resolve"
  "Request.
Which resources are meant by a list of user names, mail addresses or ids.")

(defconst scim-protocol-members-rows "scim/members/rows"
  "Request.
Some lines of the list: mark, name, type and id with a TAB between them;
what is to be added comes first.")

(defconst scim-protocol-members-stop "scim/members/stop"
  "Request.
Have a running change of members end after the request that is under way.")

(defconst scim-protocol-edit-changes "scim/edit/changes"
  "Request.
What a text changes, in a few words, and what of it is protected; for while
it is typed.")

(defconst scim-protocol-edit-new "scim/edit/new"
  "Request.
A text to be filled in for a new resource; like `from', the text of another
one, when that is given.")

(defconst scim-protocol-edit-open "scim/edit/open"
  "Request.
A resource as a text to be edited: indented, and otherwise letter by letter
as the server sent it.")

(defconst scim-protocol-edit-preview "scim/edit/preview"
  "Request.
Exactly what saving a text would send, and the difference that it makes.")

(defconst scim-protocol-edit-save "scim/edit/save"
  "Request.
Save a text: read, merge what others did, send the least on condition of the
version, read it back.")

(defconst scim-protocol-browse-close "scim/browse/close"
  "Notification from the client.
A list is not shown any more: forget it, and stop reading it.")

(defconst scim-protocol-browse-columns "scim/browse/columns"
  "Request.
The columns that a list of resources can have, and those that it has when
nobody chose.")

(defconst scim-protocol-browse-export "scim/browse/export"
  "Request.
The rows of a list as a file.  JSON has whole resources, which are read
again.")

(defconst scim-protocol-browse-more "scim/browse/more"
  "Request.
Go on with a list that stopped at its limit.")

(defconst scim-protocol-browse-resource "scim/browse/resource"
  "Request.
A resource as the service has it now, to be read: its JSON text, indented.")

(defconst scim-protocol-browse-rows "scim/browse/rows"
  "Notification from the bridge.
More rows of a list: a line each, cells with a TAB between them.")

(defconst scim-protocol-browse-sort "scim/browse/sort"
  "Request.
Sort the rows that came, without asking the service.")

(defconst scim-protocol-browse-start "scim/browse/start"
  "Request.
List resources; rows come as notifications while it runs.  Answers what the
list came to.")

(defconst scim-protocol-browse-stop "scim/browse/stop"
  "Notification from the client.
Read no more of a list; the request for it then answers with what came.")

(defconst scim-protocol-action-choices "scim/action/choices"
  "Request.
What can be done to resources of a type, and which of its attributes can be
edited.")

(defconst scim-protocol-action-exclude "scim/action/exclude"
  "Request.
Take resources out of a plan.")

(defconst scim-protocol-action-forget "scim/action/forget"
  "Request.
Let go of a plan.")

(defconst scim-protocol-action-items "scim/action/items"
  "Notification from the bridge.
What became of resources of a run; told some times a second.")

(defconst scim-protocol-action-plan "scim/action/plan"
  "Request.
What one change to many resources would send, after reading what they are
now; nothing is written.")

(defconst scim-protocol-action-report "scim/action/report"
  "Request.
A table as the text of a file: CSV (RFC 4180), Markdown or JSON.")

(defconst scim-protocol-action-request "scim/action/request"
  "Request.
The requests of a plan that change one resource, redacted, and what became
of them.")

(defconst scim-protocol-action-run "scim/action/run"
  "Request.
Send what a plan says, in several lanes, and make sure of the effect; a plan
is run once.")

(defconst scim-protocol-action-stop "scim/action/stop"
  "Request.
Have a run send nothing more; what is under way is waited for and told.")

(defconst scim-protocol-compare-resources "scim/compare/resources"
  "Request.
Two resources of a type in one notation, attributes in the order of the
schema, and how they differ.")

(defconst scim-protocol-compare-tenants "scim/compare/tenants"
  "Request.
The resources of a type of two tenants, matched by an attribute: which only
one has, and which differ.")

(defconst scim-protocol-repl-complete "scim/repl/complete"
  "Request.
What can be typed at a place.")

(defconst scim-protocol-repl-describe "scim/repl/describe"
  "Request.
The usage of the command that is being typed, in one line, and what is known
of the attribute at a place.")

(defconst scim-protocol-repl-eval "scim/repl/eval"
  "Request.
Carry out what was typed.  What goes wrong is told in the output; only what
Emacs or the person has to add is an error.")

(defconst scim-protocol-repl-open "scim/repl/open"
  "Request.
Whom a REPL talks to, and what it says first; nothing is connected to.")

(defconst scim-protocol-schema-health "scim/schema/health"
  "Request.
Whether a service answers, and what it says that it supports.")

(defconst scim-protocol-schema-observe "scim/schema/observe"
  "Request.
Find out, by requests that change nothing, what a service really does;
`scim/schema/show' shows it afterwards.")

(defconst scim-protocol-schema-show "scim/schema/show"
  "Request.
A resource type or schema of a service; without `name', the service: what it
declares, and what was seen of it.")

(defconst scim-protocol-filter-check "scim/filter/check"
  "Request.
What is wrong with a filter, before the service is asked.")

(defconst scim-protocol-filter-complete "scim/filter/complete"
  "Request.
What can be typed at a place in a filter; what the service is not known to
support comes last.")

(defconst scim-protocol-dry-run-take "scim/dry-run/take"
  "Request.
What requests that named this `dryRun' would have sent to write; it is
forgotten then.  Any request may name one.")

(defconst scim-protocol-resource-close-list "scim/resource/close-list"
  "Request.
Read no more of a list.")

(defconst scim-protocol-resource-merge "scim/resource/merge"
  "Request.
Two changed versions of a resource and what both were made from as one;
nothing is read or sent.")

(defconst scim-protocol-resource-next-page "scim/resource/next-page"
  "Request.
The next page of a list; after the last one, what the list came to, and the
list is closed.")

(defconst scim-protocol-resource-open-list "scim/resource/open-list"
  "Request.
Begin a list that is read page by page; nothing is sent before its first
page is asked for.")

(defconst scim-protocol-resource-request "scim/resource/request"
  "Request.
One request as it is written here, with the credential of the tenant; an
error status is an answer, too.")

(defconst scim-protocol-schema-data "scim/schema/data"
  "Request.
A schema of a service as JSON, that of a resource type or one with a URN;
without `name', the ServiceProviderConfig and the resource types.")

(defconst scim-protocol-error-parse-error -32700
  "JSON-RPC error code: parse error.")

(defconst scim-protocol-error-invalid-request -32600
  "JSON-RPC error code: invalid request.")

(defconst scim-protocol-error-method-not-found -32601
  "JSON-RPC error code: method not found.")

(defconst scim-protocol-error-invalid-params -32602
  "JSON-RPC error code: invalid params.")

(defconst scim-protocol-error-internal-error -32603
  "JSON-RPC error code: internal error.")

(defconst scim-protocol-error-server-not-initialized -32002
  "JSON-RPC error code: server not initialized.")

(defconst scim-protocol-error-request-cancelled -32800
  "JSON-RPC error code: request cancelled.")

(defconst scim-protocol-error-request-failed -32803
  "JSON-RPC error code: request failed.")

(defconst scim-protocol-error-incompatible-version -32010
  "JSON-RPC error code: incompatible version.")

(defconst scim-protocol-exit-done 0
  "Exit code of batch mode: done.")

(defconst scim-protocol-exit-failed 1
  "Exit code of batch mode: failed.")

(defconst scim-protocol-exit-differences 2
  "Exit code of batch mode: differences.")

(defconst scim-protocol-exit-partly-applied 3
  "Exit code of batch mode: partly applied.")

(defconst scim-protocol-exit-refused-by-gate 4
  "Exit code of batch mode: refused by gate.")

(defconst scim-protocol-exit-plan-stale 5
  "Exit code of batch mode: plan stale.")

(defconst scim-protocol-exit-invalid-usage 6
  "Exit code of batch mode: invalid usage.")

(defconst scim-protocol-exit-authentication-or-network 7
  "Exit code of batch mode: authentication or network.")

(defconst scim-protocol-exit-locked 8
  "Exit code of batch mode: locked.")

(defconst scim-protocol-exit-bridge-not-started 9
  "Exit code of batch mode: bridge not started.")

(provide 'scim-protocol)
;;; scim-protocol.el ends here
