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
progress-store = Writing the case file
progress-report = Writing the report
progress-seal = Sealing the bundle
progress-verify = Checking the bundle
progress-done = Done

summary-compared = Compared { $nominal } (published) with { $operative } (deployed).
summary-asked =
    { $suites ->
        [one] Asked both models about { $items } items of one suite.
       *[other] Asked both models about { $items } items of { $suites } suites.
    }
summary-findings =
    { $n ->
        [0] Nothing was found.
        [one] One finding:
       *[other] { $n } findings, the one that concerns most items first:
    }
summary-cannot-test =
    { $n ->
        [one] One language cannot be tested:
       *[other] { $n } languages cannot be tested:
    }
summary-case = The case file is { $path }.
summary-report = The report is { $path }. Open it in a browser.
summary-cost = This took { $seconds } seconds and { $megabytes } MB of memory.
summary-sealed =
    { $files ->
        [one] Sealed { $files } file into { $folder }.
       *[other] Sealed { $files } files into { $folder }.
    }
summary-fingerprint = The fingerprint of the key is { $fingerprint }. Give it to the receiver in another way than the bundle, for example by phone.
summary-not-sent = Nothing was sent. You decide who gets this folder.
summary-annotated = Your note was added to { $target }.
summary-contestation-new = A contestation was started: { $id }.
summary-preview =
    { $files ->
        [one] Exactly this { $files } file would leave, and the signature:
       *[other] Exactly these { $files } files would leave, and the signature:
    }
summary-history-ok =
    { $events ->
        [one] The history is whole: { $events } entry, each bound to the one before.
       *[other] The history is whole: { $events } entries, each bound to the one before.
    }

hint-no-reader = These models do not name categories. Give a suite with labelled items, so that categories can be read by likeness.
hint-model-folder = A model is a folder with config.json, a tokenizer and weights, or one .gguf file.
hint-suite = A suite is a folder with suite.toml and items.jsonl.
hint-case = A case is a file that Parallax wrote, with a name that ends in .parallax.
hint-bundle = A bundle is a folder whose name begins with contest-.
hint-again = Nothing was written. You can run the same command again.
