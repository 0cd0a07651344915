;;; scim-tour-steps.el --- The steps of the guided tour -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The scim developers

;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Commentary:

;; The tour as data: `scim-tour-steps'.  What is to be pressed stands in
;; the texts; see scim-tour-text.el.

;;; Code:

(require 'scim-tour-done)
(require 'scim-tour-place)
(require 'scim-tour-text)

(defconst scim-tour-steps
  '((:id home :title "Home"
     :from scim-tour-place-from-file
     :tasks
     ((:label "home"
       :text "Below is the configuration of a workspace: a tenant, and that its \
token stands in another file.  Its service runs on this machine, just for you: \
nothing can be broken.  Press {M-x scim RET} to see how it is."
       :done scim-tour-done-home-p :alone t)
      (:label "menu"
       :text "The service answers; this is what it can do.  All that you can do \
is in a menu, here as in every buffer: {scim-home-mode:scim-menu} shows it."
       :done scim-tour-done-menu-p)))

    (:id list :title "Lists"
     :from scim-tour-place-from-home
     :tasks
     ((:label "users"
       :text "{C-g} leaves the menu.  What stands there can be pressed without it: \
{scim-home-mode:scim-users} lists the users of the tenant."
       :done scim-tour-done-users-p :alone t)
      (:label "filter"
       :text "The mode line says that the list is complete; one that is not says \
PARTIAL, and why.  Now find somebody: press {scim-browse-mode:scim-browse-filter}, \
type {{userN}}, press {TAB} {SPC}, type {{sw \"zoe.a\"}}, press {RET}.  The service \
does the filtering; {?TAB} knows its attributes and operators."
       :done scim-tour-done-filtered-p)))

    (:id edit :title "A resource"
     :from scim-tour-place-from-list
     :tasks
     ((:label "open"
       :text "Press {scim-browse-mode:scim-browse-open} on Zoë Ångström."
       :done scim-tour-done-zoe-open-p :alone t)
      (:label "mistake"
       :text "A resource is a text that you edit; what is dim only the server \
can set.  Make a mistake: {C-s} {{\"title}} {RET} {C-a}, then type \
{{\"nickNaem\": \"Zo\",}} and {RET}."
       :done scim-tour-done-mistake-p)
      (:label "completion"
       :text "It is underlined, because no schema of this service has it.  Go back \
and take it out, {C-p} {C-a} {C-k}; begin anew with {{\"nickN}}, have it completed by \
{C-M-i}, and type {{Zo}}."
       :done scim-tour-done-completed-p)))

    (:id send :title "Preview, then send"
     :from scim-tour-place-from-edited
     :tasks
     ((:label "preview"
       :text "Press {scim-edit-mode:scim-edit-commit}.  Nothing is sent yet."
       :done scim-tour-done-preview-p :alone t)
      (:label "send"
       :text "This is all that would leave: a PATCH with the one attribute that \
you have changed, written as Okta writes it, and If-Match with the version that \
you have read.  {scim-edit-preview-mode:scim-edit-preview-send} again sends it; \
{?q} would go back."
       :done scim-tour-done-saved-p)))

    (:id conflict :title "Somebody else was faster"
     :from scim-tour-place-from-zoe
     :tasks
     ((:label "title"
       :text "It was saved, read back and compared.  Now promote her: {C-s} \
{{Tour Guide}} {RET} {M-DEL}, and type {{Lead}}."
       :done scim-tour-done-retitled-p)
      (:label "somebody else"
       :text "Meanwhile somebody else changes her title, too…"
       :begin scim-tour-done-interfere
       :done scim-tour-done-interfered-p)
      (:label "preview"
       :text "Somebody else has just made her Head of Tours.  You do not know \
that; go on as before: {scim-edit-mode:scim-edit-commit} to preview…"
       :done scim-tour-done-preview-p)
      (:label "refused"
       :text "…and {scim-edit-preview-mode:scim-edit-preview-send} to send."
       :done scim-tour-done-conflict-p)
      (:label "decide"
       :text "Nothing was overwritten.  Side by side are your version, the one that you \
had read, and theirs; what does not collide is merged.  For the title at point, \
{scim-edit-conflict-mode:scim-edit-conflict-take-mine} takes yours, \
{?scim-edit-conflict-mode:scim-edit-conflict-take-theirs} would take theirs."
       :done scim-tour-done-decided-p)
      (:label "preview"
       :text "Decided.  {scim-edit-mode:scim-edit-commit} shows what is left…"
       :done scim-tour-done-preview-p)
      (:label "send"
       :text "…and {scim-edit-preview-mode:scim-edit-preview-send} sends it, \
with the new version in If-Match."
       :done scim-tour-done-saved-p)))

    (:id members :title "Members"
     :from scim-tour-place-from-group
     :tasks
     ((:label "group"
       :text "Resources are found by name.  Press {M-x scim-members-show RET}, \
type {{tour g}}, press {TAB}, which asks the service, and {RET}."
       :done scim-tour-done-members-p :alone t)
      (:label "add"
       :text "The members of a group are a list, be they four or 50,000.  \
{scim-members-mode:scim-members-add} adds people: type {{kwa}}, press {TAB} and \
{RET}, and {RET} once more, because he is the only one."
       :done scim-tour-done-added-p)
      (:label "review"
       :text "He has a + and is not sent yet ({?d} would mark a member for \
removal).  {scim-members-mode:scim-members-review} shows the requests."
       :done scim-tour-done-review-p)
      (:label "send"
       :text "One PATCH, that adds one member and leaves the others alone.  \
{scim-members-review-mode:scim-members-send} sends it."
       :done scim-tour-done-joined-p)))

    (:id many :title "Many at once"
     :from scim-tour-place-from-active
     :tasks
     ((:label "users"
       :text "Press {M-x scim-users RET}, for all users again."
       :done scim-tour-done-users-p :alone t)
      (:label "mark"
       :text "{?m} marks a row, {?u} unmarks it; \
{scim-browse-mode:scim-table-mark-matching} marks those that match a regexp: type \
{{Tour Guide}} and {RET}."
       :done scim-tour-done-marked-p)
      (:label "plan"
       :text "{scim-browse-mode:scim-browse-deactivate} deactivates those that are \
marked, after showing a plan; {?a} would offer more to be done."
       :done scim-tour-done-planned-p :alone t)
      (:label "run"
       :text "Each row is a request that has not been sent; {?d} would leave one \
out.  {scim-action-mode:scim-action-run} runs the plan, after a question: {y}."
       :done scim-tour-done-ran-p)))

    (:id repl :title "The REPL"
     :from scim-tour-place-from-home
     :tasks
     ((:label "open"
       :text "Each row says what became of it.  Now converse with the service: \
{M-x scim-repl RET}."
       :done scim-tour-done-repl-p :alone t)
      (:label "ask"
       :text "Type {{users active eq false}} and {RET}.  {?TAB} completes; \
{?,help} shows what there is."
       :done scim-tour-done-asked-p)
      (:label "change"
       :text "*1 is the last result, *1[0] the first of it.  Activate that one again: type \
{{patch *1[0] active=true}} and {RET}."
       :done scim-tour-done-patched-p)))

    (:id requests :title "Request files"
     :from scim-tour-place-from-untouched
     :tasks
     ((:label "file"
       :text "What you do often belongs into a file, beside your code.  Visit one: \
{C-x C-f} {{tour.scim}} {RET}."
       :done scim-tour-done-requests-p :alone t)
      (:label "one request"
       :text "Requests, with variables, assertions (??) and captured values (@).  \
{scim-request-mode:scim-request-next} goes to the first one, \
{scim-request-mode:scim-request-send} sends it."
       :done scim-tour-done-sent-one-p)
      (:label "all requests"
       :text "Status and assertions are shown beside the text.  \
{scim-request-mode:scim-request-send-all} sends all of the file, as CI does, \
until something fails."
       :done scim-tour-done-failed-p)
      (:label "mend it"
       :text "Nobody has given her a title.  {M-g n} goes to what failed; mend it: \
{C-a} {C-k}, type {{?? body.title absent}}, and \
{scim-request-mode:scim-request-send-all} again."
       :done scim-tour-done-passed-p)))

    (:id log :title "The log"
     :from scim-tour-place-from-requests
     :tasks
     ((:label "open"
       :text "What went over the wire is one key away from every buffer, here \
{scim-request-mode:scim-request-show-log}."
       :done scim-tour-done-log-p :alone t)
      (:label "unfold"
       :text "A line for each exchange of this file.  Go to a search, {C-r} \
{{filter}} {RET}, and unfold it by {scim-log-mode:scim-log-toggle}."
       :done scim-tour-done-unfolded-p)
      (:label "curl"
       :text "Everything is there, but no secret.  {C-r} {{filter}} {RET} brings \
you back to the line; {scim-log-mode:scim-log-copy-curl} copies the request for a shell."
       :begin scim-tour-done-empty-kill-ring
       :done scim-tour-done-curl-p)
      (:label "again"
       :text "{scim-log-mode:scim-log-resend} sends it again, exactly as it was."
       :done scim-tour-done-resent-p)))

    (:id schemas :title "What a service really does"
     :from scim-tour-place-from-home
     :tasks
     ((:label "declared"
       :text "Press {M-x scim-schemas RET} for what the service declares; {?RET} \
on a link leads to its types and attributes."
       :done scim-tour-done-schemas-p :alone t)
      (:label "really"
       :text "Services do not always do what they declare.  \
{scim-schema-mode:scim-schema-observe} finds out, by requests that only read."
       :done scim-tour-done-observed-p)))

    (:id end :title "On your own"
     :from scim-tour-place-from-home
     :tasks
     ((:label "end"
       :text "That was the tour.  {?M-x scim-tenant-add} sets up your own tenant by \
a few questions, {?M-x scim-doctor} checks it, {?M-x info-display-manual RET scim} \
is the manual, and `scim-batch' runs request files in CI.  \
{M-x scim-tour RET} {scim-tour-mode:scim-tour-quit} ends the tour and cleans up."
       :done ignore))))
  "The steps of the guided tour, a list of plists.
Their keys are :id, a symbol; :title; :from, a function that shows the
place where it begins; and :tasks, a list of plists with the keys :label,
what was done in few words; :text, see scim-tour-text.el; :done, a
function that is called in the buffer of the person and tells whether it
was done; :begin, a function that is called when the task begins; :alone,
non-nil if what the person is then shown gets all the space.")

(defun scim-tour-steps-presses (step task)
  "Return what is to be pressed in TASK of STEP, numbers from 0.
It is a list of conses, (keys . KEYS) or (text . TYPED)."
  (scim-tour-text-presses
   (plist-get (nth task (plist-get (nth step scim-tour-steps) :tasks)) :text)))

(provide 'scim-tour-steps)
;;; scim-tour-steps.el ends here
