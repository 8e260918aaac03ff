# The objection: what may be contested and asked, what is still missing, and what is said before it leaves.

contest-kind-category-exists = That this category exists at all
contest-kind-category-name = What this category is called
contest-kind-category-boundary = Where this category ends
contest-kind-category-missing = That a category is missing
contest-kind-wrong-assignment = That something is sorted under the wrong category
contest-kind-deployed-differs = That the deployed model differs from the published one
contest-kind-disclosure-missing = That something was not made public
contest-kind-disclosure-mismatch = That what was made public does not match
contest-kind-process = How this came about
contest-kind-use-itself = That the model is used for this at all
contest-kind-practice-vs-endorsement = That practice does not match what was endorsed

contest-ask-explain = Explain this
contest-ask-define-category = Publish what the category means
contest-ask-correct-category = Correct the category
contest-ask-restore-published = Go back to the published model
contest-ask-publish-recipe = Publish how the deployed file was made
contest-ask-publish-data-info = Publish information on the data
contest-ask-retest = Test again
contest-ask-human-review = Let a person look at the decisions
contest-ask-stop-use = Stop this use
contest-ask-reply-only = Reply

contest-site-model-output = An answer of the model
contest-site-representation = The categories themselves
contest-site-deployed-system = The system in use
contest-site-decision-process = The process around the model
contest-site-disclosure = What was made public
contest-site-endorsement = The endorsement

contest-access-file-from-deployer = The deployer gave the file.
contest-access-extracted = The file was taken out of a product.
contest-access-downloaded = The file was downloaded.
contest-access-answers-only = We saw only the answers, not the model file. We cannot say which file gave them.
contest-access-not-seen = The deployed model was not seen.

contest-scope-red = For the named recipients only
contest-scope-amber-strict = For the recipient’s organisation only
contest-scope-amber = For the recipient’s organisation and those it works for
contest-scope-green = For the community
contest-scope-clear = For anyone
contest-recipients = It goes to: { $recipients }.
contest-recipients-none = No recipient is named.

contest-quote-yes = The words in this report may be quoted.
contest-quote-paraphrase-only = The words in this report may be repeated in other words only.
contest-quote-no = The words in this report may not be quoted.
contest-train-no = Nobody may use this report to train a model.
contest-train-yes = This report may be used to train a model.
contest-expires = This consent ends on { $day }.
contest-revocable = This can be taken back until it is sent. Copies that were already sent cannot be called back.

contest-role-affected = affected person
contest-role-community-member = member of the community
contest-role-accompanier = accompanier
contest-role-auditor = auditor
contest-role-language-expert = language expert
contest-role-other = reviewer
contest-position-supports = supports this report
contest-position-supports-with-reservation = supports this report with a reservation
contest-position-disagrees = does not agree with this report
contest-position-abstains = takes no position
contest-position-other = position not said

contest-missing-kind = Say what is contested: choose at least one kind.
contest-missing-summary = Say in your own words what is wrong.
contest-empty-summary = The summary in { $language } is empty.
contest-long-summary = The summary in { $language } has { $length } characters; at most 500 fit.
contest-missing-scope = Say how far the report may travel and to whom it goes: the narrowest scope needs at least one recipient.
contest-missing-consent = Say from whom the consent was obtained.
contest-missing-id = The report needs an id of the form urn:uuid: with a random UUID.
contest-missing-day = The day “{ $day }” is not written as year-month-day, for example 2025-03-09.
contest-missing-schema = The report’s schema “{ $schema }” is not one that can be sealed.
contest-missing-revision = The report’s revision begins with 1.
contest-missing-limit = The finding { $finding } has no limit. Every finding must say what it does not show.
contest-missing-item = The item { $item } belongs to the evidence but is not among the items given.
contest-missing-category = The category { $category } was annotated but is in no suite of the audit.
contest-missing-finding = The finding { $finding } was annotated but is not part of the report.
contest-changed-finding = The finding { $finding } is not the same as in the audit.
contest-missing-subject = Say why no file is listed for the published or the deployed model.
contest-machine-path = “{ $place }” holds a path of this computer: { $value }. Take it out before sealing.
contest-double-id = Two things in the report have the id { $id }.

contest-before-export = Your name is not in this report. Your way of writing, or the examples, may still show who you are.
contest-your-words = in the reporter’s own words
