# What the window says around the pages, and its first pages.

window-skip = Go to the content
window-to-start = To the first page
window-pages = Pages of this case
window-theme-dark = Dark colours
window-theme-light = Light colours
window-loading = Reading…
window-again = Try again
window-cancel = Cancel
window-stopped = The pages of Parallax stopped on a defect. Nothing that was stored is lost. Close the window and start again. { $reason }
window-shared = Another window has this case open too. What is written in either of them is kept. To see what was written in the other one, go to another page and come back.
window-case-failed = This case cannot be shown
window-no-audit = { $case } holds no comparison yet
window-failed = This did not work
window-failed-worker = The part of Parallax that computes was lost
window-failed-defect = This is a defect of Parallax
window-failed-causes = What led to it
window-what-is-this = What is this?

window-nav-overview = Overview
window-nav-preflight = First checks
window-nav-findings = Findings
window-nav-look = Look closer
window-nav-matrix = Who went where
window-nav-map = Map of items
window-nav-steps = Step by step
window-nav-items = All items
window-nav-words = Your own words
window-nav-answer = Answer
window-nav-notes = Notes
window-nav-contest = Objections
window-nav-verify = Check a sealed folder

window-start-title = Does the model people meet sort them as the published one does?
window-start-lead = Parallax compares two versions of a model on this computer: the one that was made public, and the one that is really in use. It shows which texts are sorted differently, and helps you object.
window-start-back = Back to { $case }
window-start-demonstration = See an example
window-start-demonstration-meaning = A small model that sorts requests to an office, published in one version and put to use in another. It takes a few seconds the first time.
window-start-demonstration-open = Open the example
window-start-case = Open a case
window-start-case-meaning = A case is one file (.parallax) that holds what was compared, what was found, and what people said about it.
window-start-case-open = Choose a case…
window-start-verify = Check a sealed folder
window-start-verify-meaning = You received an objection as a folder? See if it is as it was sealed, and by which key.
window-start-verify-open = Check a folder
window-start-compare = Compare two versions of a model
window-start-compare-meaning = Choose the published model and the one in use: a model folder, or one file. Kinds of file that can be read:
window-start-compare-run = Compare
window-start-compare-time = The small example takes seconds. A model of 23 million numbers takes about a minute. The case is kept in your documents, in the folder Parallax.
window-start-local = Everything stays on this computer. Parallax sends nothing, and nobody sees what you look at or write.
window-nothing-chosen = Nothing chosen yet
window-choose-file = Choose a file…
window-choose-folder = Choose a folder…

dialog-case = Open a case
dialog-variant-file = Choose a model file
dialog-variant-folder = Choose a model folder
dialog-seal-folder = Choose where the sealed folder goes
dialog-bundle = Choose a sealed folder

progress-begin = Starting
progress-sort = Sorting your words

window-overview-title = What is compared
window-overview-lead = Two versions of one model: the published one, and the one that people meet. Both were given the same short texts.
window-overview-more = What it is made of
window-overview-side = { $size } of files, holding { $n } numbers
window-overview-files = Its files, each with its SHA-256 code
window-overview-first = What stands out
window-overview-all = All { $n } findings
window-overview-how = How they were asked
window-glance = At a glance
window-glance-differs =
    { $n ->
        [one] first check that differs
       *[other] first checks that differ
    }
window-findings-none = Nothing was seen that goes beyond what rounding and noise explain. This does not mean that nothing differs: other texts may be sorted differently.
window-finding-name = Finding { $id }
window-finding-look =
    { $n ->
        [one] Look at the item it rests on
       *[other] Look at the { $n } items it rests on
    }
window-finding-files = See which parts, and what we found about each
window-finding-missing = This case has no finding { $id }
window-finding-contest = Object to this
window-finding-contest-meaning = Begins an objection from this finding. Nothing leaves this computer until you seal it and hand it over yourself.
window-finding-items = The items it rests on
window-finding-all =
    { $n ->
        [one] The item in the list
       *[other] All { $n } items in the list
    }
window-finding-map = See them on the map
window-sorted-under = Sorted under
window-matrix-which = How the category was read:
window-cell-stayed =
    { $k ->
        [one] One item stayed under { $category }
       *[other] { $k } items stayed under { $category }
    }
window-cell-moved =
    { $k ->
        [one] One item went from { $from } to { $to }
       *[other] { $k } items went from { $from } to { $to }
    }

window-note = Your note
window-note-kind = It is a
window-written-in = Written in
window-signed-as = Signed as (any name will do)
window-note-stays = A note stays in the case file on this computer. It leaves only with an objection that rests on the same item, category or finding, and the preview shows it first.
window-note-make = Keep this note
