# The page of a report, top to bottom.

report-title-audit = What the deployed model does differently
report-lead-audit = We compared two versions of a model: the one that was published, { $nominal }, and the one that is in use, { $operative }.
report-title-contestation = An objection to how a model sorts people and things
report-lead-contestation = This is an objection by people who looked at two versions of a model: the one that was published, { $nominal }, and the one that is in use, { $operative }.
report-glance-findings =
    { $n ->
        [one] finding
       *[other] findings
    }
report-glance-items =
    { $n ->
        [one] item asked
       *[other] items asked
    }
report-glance-cannot-test =
    { $n ->
        [one] language that cannot be tested
       *[other] languages that cannot be tested
    }
report-asked =
    { $suites ->
        [one] Both versions were given the same { $items } short texts (we call them items).
       *[other] Both versions were given the same { $items } short texts (we call them items) from { $suites } lists.
    }
report-how-to-read = Words that may be new are explained at the end of this page.

report-compared = What was compared
report-side-published = Published model
report-side-deployed = Deployed model
report-row-name = Name
report-row-size = Size of its files
report-row-kind = Kind of model
report-row-numbers = How many numbers it is made of
report-row-digits = How its numbers are stored, with how many parts each
report-row-tokenizer = How it cuts text into pieces
report-row-files = Files, with the beginning of their SHA-256 code
report-full-hash = Full SHA-256:
report-suite =
    { $k ->
        [one] { $title }: { $n } items in { $k } category.
       *[other] { $title }: { $n } items in { $k } categories.
    }

report-cannot-test = What could not be tested
report-cannot-test-meaning = This is not the same as “no difference”. For people who write in this language, nothing in this report says how the model sorts them.

report-found = What we found
report-found-order = The finding that concerns most items beyond rounding comes first. Each finding says below what it does not show.
report-found-nothing = No finding is listed here. Other examples may be different.
report-finding-id = Finding
report-meanings = What these categories mean
report-examples =
    { $k ->
        [one] { $k } example of { $n }
       *[other] { $k } examples of { $n }
    }
report-example-text = Text
report-example-published = Published model sorts it under
report-example-deployed = Deployed model sorts it under
report-example-same = (the same)
report-example-no-decision = No category was read for this item.
report-example-decision = Published model: { $from }. Deployed model: { $to }.
report-limits = What this does not say
report-limits-shared = What none of these findings says
report-numbers = The numbers behind this
report-number-measure = What was counted
report-number-value = Value
report-number-n = Items it rests on
report-number-runs = Times it was measured
report-number-rounding = The same for a rounded copy of the published model
report-number-floor = The same with a change in the last digit only
report-number-spread = Spread over the times it was measured
report-number-negative = Findings when the published model is compared with itself
report-number-positive = Share of changes made on purpose that were found
report-number-effect = Size of the difference
report-number-interval = Range in which it mostly falls (95%)
report-number-p = How often chance alone would do this, corrected for the number of tests (adjusted p)
report-number-reader = How the category was read
report-number-tap = Step inside the model

strength-identical = the same bytes
strength-measured-repeated = measured more than once
strength-measured-once = measured once
strength-observed = seen by a person
strength-asked = asked of the signatory

report-sorted = How the items were sorted
report-sorted-meaning = Each item was sorted by both models. An item has moved when the deployed model puts it under another category than the published model does.
report-reader-title = { $suite }: { $reader }
report-reader-undefined = This could not be done: { $reason }
report-reader-flips =
    { $control ->
        [0] The deployed model sorts { $k } of { $n } items differently. Rounding the published model’s numbers as strongly as the deployed file does changes none.
       *[other] The deployed model sorts { $k } of { $n } items differently. Rounding the published model’s numbers as strongly as the deployed file does changes { $control }.
    }
report-reader-flips-without-control = The deployed model sorts { $k } of { $n } items differently. We could not check how many of these rounding changes.
report-reader-untestable = These counts include items in a language that cannot be tested ({ $languages }). For those items they say nothing.
report-of-items = { $k } of { $n }
report-all-items = All items
report-pair-of-finding =
    { $language ->
        [every] Finding { $finding }: from { $from } to { $to }
       *[other] Finding { $finding }, { $language }: from { $from } to { $to }
    }
report-pair-left = Finding { $finding }
report-pair = From { $from } to { $to }
report-as-table = The same as a table
report-not-measured = not measured
report-matrix = Where each category’s items went
report-matrix-published = Published model
report-matrix-deployed = Deployed model
report-matrix-how = Each row is a category of the published model, each column a category of the deployed model. Shaded cells count the items that stayed. Framed cells count the items that moved.
report-by-language = Moved items by language
report-language = Language
report-language-moved = Moved
report-language-share = Share of the items
report-language-rounding = By rounding alone, all languages
report-as-labelled = The published model sorts { $nominal } of { $n } items as their authors labelled them, the deployed model { $operative } of { $n }.

reader-head = by the model’s own decision
reader-prototype = by likeness to examples
reader-label = by likeness to category names
reader-probe = by a learned reading of its inner numbers
reader-continuation = by how it continues a sentence
reader-other = by another way of reading
reader-meaning-head = The model itself names a category for each item.
reader-meaning-prototype = The model is not asked for a category. Each item gets the category whose example items the model sees as most alike.
reader-meaning-label = The model is not asked for a category. Each item gets the category whose name the model sees as most alike.
reader-meaning-probe = A simple sorting rule was learned from the published model’s inner numbers, and then used on both models.
reader-meaning-continuation = Each item gets the category whose name the model finds most fitting after the text.
reader-meaning-other = How this reading works is described in the data file beside this page.

plot-pairs-title = Items that moved, and how many of them rounding explains
plot-pairs-description = For all items and for pairs of categories, one bar for the deployed model, one for a rounded copy of the published model, and one for a change in the last digit only. The table below has the same numbers.
series-deployed = deployed model
series-deployed-interval = deployed model, with the range in which it mostly falls
series-rounding = rounded copy of the published model
series-floor = change in the last digit only
series-chance = what chance would give

report-inside = What changed inside the model
report-inside-meaning = A model turns each text into a list of numbers, step by step. Here we look at whether both models still see the same items as alike. A change here does not have to change how items are sorted.
regime-same-basis = The inner numbers of the two models mean the same, so they can be compared directly.
regime-different-basis = The inner numbers of the two models do not mean the same, so only likeness between items is compared.
regime-undetermined = These items do not suffice to tell if the inner numbers of the two models mean the same.
plot-steps-axis = Step inside the model (0 is after the text is read in)
plot-knn-title = Do items keep their { $k } nearest neighbours?
plot-knn-axis = Share of neighbours kept (1 is all of them)
plot-knn-description = A line over the steps inside the model, for { $n } items. At 1, every item keeps all its nearest neighbours; at the chance line, none more than by accident. The table below has the same numbers.
plot-knn-how = Nearest neighbours are the items that the model sees as most alike to a given item. Where the deployed model’s line lies below the rounded copy’s line, more has changed than rounding explains.
plot-cka-title = Is the whole picture still the same?
plot-cka-axis = Similarity of the whole picture (1 is the same)
plot-cka-description = A line over the steps inside the model, for { $n } items. At 1, both models arrange all items in the same way; at 0, there is no likeness. The table below has the same numbers.
plot-cka-how = This number (CKA, debiased) looks at all items at once. It can stay high while a few items move far.
plot-categories-title = Which categories keep their { $k } nearest neighbours at the last step?
plot-categories-description = One bar for each category: how many of an item’s nearest neighbours stay the same, on average. The table below has the same numbers.
plot-categories-how = The category that changed most comes first after the line for all categories.
report-kept-neighbours = { $kept } of { $k } kept on average
report-all-categories = All categories
report-category = { $category }

report-preflight = First checks
report-preflight-meaning = Before anything was measured we looked at how both models are run. A difference here is told as such and not as a change in the model.
report-preflight-items =
    { $n ->
        [one] { $n } check of a single item
       *[other] { $n } checks of single items
    }
report-preflight-check = What was checked
report-preflight-status = Outcome
report-preflight-detail = In words

report-words = Words used here

report-repeat = How to repeat this
report-repeat-audit = With { $engine }, the same two models, the same lists of items and the settings below, this command gives the same numbers:
report-repeat-hashes = The models are the same when the SHA-256 codes of their files are the same as above.
report-repeat-none = No recipe is given.
report-settings = Settings and seeds
report-cost = The audit took { $seconds } seconds and { $megabytes } MB of memory.
report-check = How to check this folder
report-unsigned = This report is not signed. Anyone who has this file could change it.
report-always-at-the-end = This report says what was found. It does not decide if a rule or a law was broken.

report-objection = The objection
report-contested = What is contested
report-target-site = It is aimed at:
report-asked-for = What is asked
report-record-id = Number of this report
report-record-revision = Revision
report-record-day = Day
report-record-signatory = Addressed to
report-record-access = How the deployed model was reached
report-record-empty = Why no file is listed
report-record-history = History of the case
report-record-history-length =
    { $n ->
        [one] { $n } entry, the last one with the code
       *[other] { $n } entries, the last one with the code
    }
report-reviewers = Who stands behind it
report-reviewer = { $pseudonym } ({ $role }): { $position }.
report-consent = What was agreed
report-notes = Notes
report-note-item = on the item { $target }
report-note-category = on the category { $target }
report-note-finding = on the finding { $target }
report-note-author = by { $author }, { $day }
motivation-assessing = judgement
motivation-commenting = remark
motivation-contesting = objection
motivation-questioning = question
signatory-publisher = publisher
signatory-deployer = deployer
signatory-both = publisher and deployer
signatory-unknown = role not known
signatory-other = role not known
redaction-removed = Taken out
redaction-generalised = Made more general
redaction-replaced = Replaced
redaction-other = Changed before export

howto-title = How to check this folder, and how to repeat what it says
howto-check-signature = In a terminal, inside this folder: is the signature good, and which key made it?
howto-check-hashes = Are all files as they were sealed? Every line must end with OK.
howto-check-complete = Was a file added? This must print nothing.
howto-check-fingerprint = Compare the SHA256 fingerprint of the key with the one you were given in another way, for example by phone. Nothing else shows if somebody changed this folder and signed it again.
howto-check-parallax = Or with Parallax, all of this at once:
howto-repeat = To repeat the measurement { $recipe }:
howto-engine = Use { $engine }, version { $version }:
howto-needs = The models are not in this folder. These SHA-256 codes say which files are needed:
howto-settings = Settings and seeds:
howto-pointer = How to check this folder and repeat the measurements stands in data/reproduce/HOWTO.en.txt.
recipe-level-exact = The same numbers must come out again.
recipe-level-tolerance = Numbers that are nearly the same must come out again.
recipe-level-statistical = The numbers may differ a little from one time to the next.
recipe-level-human-judgement = People must look at the outcome and judge it.
recipe-level-other = How closely it must agree is not stated.
