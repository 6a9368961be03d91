/**
 * The shapes that the phone's modules hand to each other (JSDoc only; nothing runs here).
 *
 * Times are UTC strings like `2026-11-23T07:31:02.004Z`; ids are lower-case UUIDs.
 *
 * @typedef {{ id: string, name: string }} Person
 *
 * @typedef {{ answer: string, reason: string, at: string, by: Person }} Said an answer beside the one that stands
 *
 * @typedef {object} Step
 * @property {string} id
 * @property {string} label
 * @property {string} help
 * @property {string} planned
 * @property {boolean} [by_itself] "all as planned" does not answer it
 * @property {string} [place] where it stands in its checklist's definition
 * @property {string | null} answer
 * @property {string} reason
 * @property {string | null} answered_at
 * @property {string | null} answered_received_at
 * @property {Person | null} answered_by
 * @property {string | null} answered_change
 * @property {Said[]} differing
 * @property {Said[]} [earlier] with reasons that stand no more
 * @property {string | null} waiting_since
 *
 * @typedef {object} FilledIn what stands at a place of a checklist that has more than who did it
 * @property {string} place
 * @property {string} checklist_id
 * @property {any[]} said none: not relevant
 * @property {string} reason
 * @property {string} answered_at
 * @property {string | null} answered_received_at
 * @property {Person} answered_by
 * @property {string} answered_change
 * @property {{ said: any[], reason: string, at: string, by: Person }[]} differing
 * @property {{ said: any[], reason: string, at: string, by: Person }[]} [earlier] with reasons that stand no more
 * @property {string | null} waiting_since
 *
 * @typedef {object} Deviation
 * @property {string} id
 * @property {string} kind
 * @property {string} text
 * @property {string} reported_at
 * @property {string | null} received_at
 * @property {Person} reported_by
 * @property {string | null} waiting_since
 *
 * @typedef {object} Standing how what is to be followed up stands
 * @property {string | null} taken_at
 * @property {Person | null} taken_by
 * @property {string | null} done_at
 * @property {Person | null} done_by
 * @property {boolean} [withdrawn] who raised it says that it was a slip
 * @property {string | null} waiting_since
 *
 * @typedef {Standing & { id: string, area: string, text: string, observed_at: string, received_at: string | null,
 *   observed_by: Person, colour: string }} Observation
 * @typedef {Standing & { id: string, told: string[], reported_at: string, received_at: string | null, reported_by: Person }} ReportedEvent
 *   told: which parts of it are
 *
 * @typedef {object} Words a note, or a correction of one
 * @property {string} id
 * @property {string} text
 * @property {string} written_at
 * @property {string | null} received_at
 * @property {Person} written_by
 * @property {string | null} waiting_since
 *
 * @typedef {Words & { corrections: Words[], differing?: Words[], older_texts?: number, pinned?: boolean, to_leader?: boolean,
 *   composed?: boolean, adds_to?: string }} Note differing: corrections that stand against each other
 *
 * @typedef {{ id: string, kind: string, note_id: string, pin_id?: string, other_visit_id?: string, by_leader?: boolean, at: string, by: Person, waiting_since: string | null }} Mark
 *   kind: pinned | read | unpinned | wrong_citizen; pin_id: of what is read or removed
 * @typedef {{ id: string, at: string, by: Person }} Pin
 * @typedef {Note & { pin: Pin | null, read: Mark[], wrong: Mark | null }} NotedNote
 * @typedef {Note & { visit_id: string, day: string, pin: Pin | null, read: (Mark & { visit_id: string })[], wrong: Mark | null }} ToldNote
 * @typedef {{ visit_id: string, day: string, starts_at: string, finished_at: string | null, finished_by: Person | null, checklist: string,
 *   steps: { label: string, answer: string | null, reason: string, answered_by: Person | null }[], more: number,
 *   deviations: { id: string, kind: string, text: string }[] }} LastVisit more: answers that are not told
 * @typedef {{ citizen: Person, until: string, days: number, notes: (Note & { visit_id: string, day: string })[],
 *   marks: (Mark & { visit_id: string })[], last: LastVisit | null, older_notes?: number }} CitizenBody
 * @typedef {{ notes: ToldNote[], last: LastVisit | null, days: number, older_notes: number }} Told what is told of a citizen
 *
 * @typedef {object} Visit
 * @property {string} visit_id
 * @property {string} day
 * @property {string} starts_at
 * @property {string} ends_at
 * @property {number} minutes
 * @property {Person} team
 * @property {Person} citizen
 * @property {string} address
 * @property {Person[]} carers
 * @property {{ who: string, name: string, phone: string, tel: string }[]} [contacts] whom to call; none in older documents
 * @property {string | null} started_at
 * @property {string | null} started_received_at
 * @property {Person | null} started_by
 * @property {string | null} started_change
 * @property {string | null} finished_at
 * @property {string | null} finished_received_at
 * @property {Person | null} finished_by
 * @property {string | null} finished_change
 * @property {string | null} cancelled_at
 * @property {string | null} as_planned_at
 * @property {Person | null} as_planned_by
 * @property {string | null} as_planned_change
 * @property {Step[]} steps
 * @property {FilledIn[]} [filled] by place; none where nothing is
 * @property {{ name: string, version: number, id?: string }} checklist id: of its definition, if it has one
 * @property {Deviation[]} deviations
 * @property {Observation[]} [observations] none where there is none; so the others that may be left out
 * @property {number} [older_observations]
 * @property {ReportedEvent[]} [events]
 * @property {Note[]} notes the newest
 * @property {number} [older_notes] how many more there are
 * @property {Mark[]} [marks] what was done with notes at this visit; none where nothing was
 * @property {number} waiting how many changes of this phone wait for this visit
 *
 * @typedef {{ person_id: string, name: string, language: string, teams: Person[] }} PersonBody
 *
 * @typedef {{ day: string, starts_at: string, ends_at: string, address: string, citizen: string, carers: Person[], cancelled: boolean }} PlannedVisit
 * @typedef {{ id: string, visit_id: string, day: string, at: string, before: PlannedVisit | null, after: PlannedVisit }} PlanChange
 *   what the plan did to a visit of the carer's; day: the last that it is about
 * @typedef {{ plan_changes: PlanChange[] }} PlanBody
 *
 * @typedef {{ sha256: string, bytes: number, type: string }} MediaFile
 *
 * @typedef {object} Guide
 * @property {string} guide_id
 * @property {string} title
 * @property {string} words
 * @property {MediaFile[]} media
 * @property {string | null} ready_at
 *
 * @typedef {{ id: string, version: number, body: Record<string, any>, left_at?: string }} StoredDocument left_at: when
 *   it left the list of what this phone may hold; it stays while somebody's words for it are not dealt with
 *
 * @typedef {Record<string, any>} Args texts, null, and what was filled in: a list
 *
 * @typedef {object} Change one thing that somebody did, exactly as it is sent
 * @property {string} id
 * @property {number} n numbered without gaps on this phone
 * @property {string} name
 * @property {number} v
 * @property {string} at the phone's own clock, not corrected
 * @property {number} seen version of the document that the carer was looking at
 * @property {Args} args
 * @property {string} [delivered_at] when the server answered it; never sent
 * @property {string} [over] the text that a correction was begun on; stays on the phone
 *
 * @typedef {{ visit_id: string, citizen: string, starts_at: string | null, label: string, again?: string, filled?: FilledAs }} About
 *   what a change was about, remembered for the day the document is gone; label: of the step, or of what a place asks for; again: as
 *   WaitingChange, from an older app
 * @typedef {{ kind: string, unit: string, texts: string[], is_removed: boolean }} FilledAs what was filled in, as it is read; of rows,
 *   whether one was removed
 *
 * @typedef {object} Encrypted what stands outside of the readable part, in a vault
 * @property {Uint8Array<ArrayBuffer>} [sealed] the change as only the server opens it
 * @property {Uint8Array<ArrayBuffer>} [box] its readable part, encrypted
 *
 * @typedef {Change & { about: About, clock?: import("./clock.js").ChangeClock, again?: string } & Encrypted} WaitingChange clock:
 *   none in what an older app stored; again: the change that it repeats
 *
 * @typedef {Change | { id: string, n: number, sealed: string }} Sent
 *
 * @typedef {object} Answered what the server said of a change that it did not apply
 * @property {string} fate refused | held
 * @property {string} problem
 * @property {string} message
 * @property {string} next_step retry | read
 * @property {string} answered_at
 * @property {string | null} read_at
 *
 * @typedef {WaitingChange & Answered} AttentionRow
 *
 * @typedef {object} DraftRow half-written words. One that was sealed while it could not be read has key, id, at, dn, sealed, and
 *   `locked`, which the carer's own vault opens
 * @property {string} key
 * @property {string} field what the page calls the field: `data-draft`
 * @property {string} id another one when it was discarded and had back
 * @property {string} text
 * @property {string | null} since when it was begun; null of an older app's
 * @property {string} at when it was last typed in, later each time
 * @property {number} dn the number of the set that it is in since then
 * @property {string} name of the change that it would become
 * @property {Args} args of that change, but for the text
 * @property {string} visit_id
 * @property {About} about
 * @property {Basis} [basis] none of an older app's
 * @property {string} [undone_by] the change that undid what they had become; stays on the phone
 * @property {string} [discarded_at]
 * @property {string} [discarded_heard] the server's time at the first contact since
 * @property {Uint8Array} [sealed]
 * @property {string} [window] of one that was written while it was locked, what its window calls its draft; "" of an older page's
 *
 * @typedef {object} Typed what a window has in a field
 * @property {string} field
 * @property {string} text
 * @property {string} [id] what the window calls its draft; an older page does not
 * @property {string[]} [seen] the marks of the texts that it has shown, or sent, before this one
 * @property {string} [name] of the change that its form would become
 * @property {Args} [args]
 * @property {Basis} [basis]
 *
 * @typedef {{ version: number, over: string }} Basis what stood there when words were begun: the visit's version, and which
 *   text a correction is written over
 *
 * @typedef {object} Phone whose phone this is right now, and what is handed in so that tests may choose it
 * @property {string} person
 * @property {() => number} clock milliseconds
 * @property {() => string} newId
 * @property {typeof fetch} fetch
 * @property {string} build
 * @property {Record<string, string>} [shows] headers that say more of who is asking
 *
 * @typedef {{ template: string, context: Record<string, unknown>, status?: number }} PageContent a page before it is rendered
 */
export {};
