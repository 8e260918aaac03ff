# What the command line says: steps of a job, summaries and hints.

progress-open-nominal = Opening the published model
progress-open-operative = Opening the deployed model
progress-hash = Computing the codes of the files
progress-read-suites = Reading the items
progress-preflight = Checking what must agree before comparing
progress-represent-nominal = Asking the published model
progress-represent-operative = Asking the deployed model
progress-represent-rounding = Asking a rounded copy of the published model
progress-represent-floor = Asking the published model again with a change in the last digit
progress-read = Reading categories
progress-probes = Learning to read categories from the inner numbers
progress-measure = Comparing the inner numbers
progress-test = Checking which differences are more than rounding
progress-find = Ranking what was found
progress-compare-weights = Holding the weights against each other
progress-screen-lattice = Looking at where the published numbers lie
progress-compare-tokens = Reading the texts with both tokenizers
progress-identify = Looking at every tensor
progress-store = Writing the case file
progress-report = Writing the report
progress-seal = Sealing the bundle
progress-verify = Checking the bundle
progress-done = Done

cli-compared = Compared the published model { $nominal } with the deployed model { $operative }, with { $items ->
        [one] one example text
       *[other] { $items } example texts
    }.
cli-preflight = Before anything was compared:
cli-no-findings = No finding: nothing was seen that goes beyond what rounding and noise explain.
cli-findings = { $count ->
        [one] One finding, with what it does not say:
       *[other] { $count } findings, the strongest first, each with what it does not say:
    }
cli-case-written = The case is in { $path }. Look into it with: parallax case { $path }
cli-report-written = The report is in { $path }. Any browser opens it.
cli-cost = This took { $seconds } seconds and at most { $mebibytes } MiB of memory.

cli-case-title = Published model: { $nominal }. Deployed model: { $operative }.
cli-case-holds = It holds { $items ->
        [one] one example text
       *[other] { $items } example texts
    } and { $findings ->
        [0] no finding
        [one] one finding
       *[other] { $findings } findings
    }.
cli-case-said = People made { $annotations ->
        [0] no note
        [one] one note
       *[other] { $annotations } notes
    } and opened { $contestations ->
        [0] no contestation
        [one] one contestation
       *[other] { $contestations } contestations
    }.
cli-case-next = Look closer with: findings, items, annotations, history, check. Note something with: annotate.
cli-case-sound = The case file is sound; its history of { $events ->
        [one] one event
       *[other] { $events } events
    } is unbroken.
cli-no-annotations = No note was made yet. Make one with: parallax case FILE annotate
cli-annotated = Noted on { $target }.
cli-no-items = No example text matches.
cli-items-more = Only the first { $limit } are shown; --offset and --limit show more.
cli-item-category = The suite's authors put it under { $category }.
cli-item-decision = Read by { $reader }: the published model sorts it under { $nominal }, the deployed model under { $operative }.
cli-item-tokens = The two models read this text as different pieces of text.
cli-item-kept = Nearest texts in both models: { $items }
cli-item-lost = Nearest only in the published model: { $items }
cli-item-gained = Nearest only in the deployed model: { $items }
cli-detail-value = Measured: { $value } { $unit }, over { $n } example texts.
cli-detail-rounding = The published model, rounded as the deployed file is: { $value } { $unit }.
cli-detail-floor = The published model against itself with its last digits changed: { $value } { $unit }.
cli-detail-negative = Findings that the same test makes of the published model against itself: { $value }.
cli-detail-positive = Share of changes made on purpose that the same test finds: { $value }.
cli-detail-p = p-value after correction for all that was tested: { $value }.
cli-detail-items = See the { $count ->
        [one] example text
       *[other] { $count } example texts
    } with: parallax case FILE items --finding { $id }

cli-contest-opened = Opened contestation { $id }.
cli-contest-changed = Changed contestation { $id }.
cli-contest-complete = Nothing is missing. See exactly what would leave with: parallax contest FILE preview { $id }
cli-contest-missing = Before it can be sealed:
cli-no-contestations = No contestation was opened yet. Open one with: parallax contest FILE new --finding F1
contest-status-draft = draft
contest-status-final = sealed
contest-status-withdrawn = withdrawn
contest-status-superseded = superseded
cli-preview = Exactly { $files ->
        [one] one file
       *[other] these { $files } files
    } and a signature would leave, and nothing else:
cli-preview-file = Read any of them with: parallax contest FILE preview { $id } --file PATH
cli-sealed = Sealed { $files } files in { $folder }. Nothing was sent.
cli-sealed-key = Key of this case: { $fingerprint }
cli-sealed-next = Tell the receiver this key by another way, for example by phone: comparing it is the only guard against a bundle that somebody else signed again.
cli-bundle-intact = The bundle is intact: { $files } files are as they were sealed, none is missing and none was added.
cli-bundle-broken = The bundle is not intact; { $problems ->
        [one] one thing is wrong:
       *[other] { $problems } things are wrong:
    }
cli-bundle-key = The holder of this key made the folder: { $fingerprint }. Compare it with the one you were given; who that is and whether the content is right, no signature can say.
