# What the pages of own words, notes, objections and sealed folders say.

window-words-title = Try your own words
window-words-lead = Type a text as you would write it, and see how the published and the deployed model sort it.
window-words-label = Your words
window-words-private = Nothing you type here is stored or sent. The words go into the case only if you choose to keep them.
window-words-language = Language of the words
window-words-language-set = Set to { $language } from the letters you typed. Choose another language if that is not right.
window-words-sort = See how it is sorted
window-words-not-fitted = This case was made by an earlier version of Parallax. Your own words can be sorted here only if the models name a category themselves.
window-words-files = The models are needed for this
window-words-files-meaning = A case does not hold the models themselves. Show Parallax where their files are. It takes only the files that were compared.
window-words-at-hand = Its files are at hand.
window-words-not-at-hand = Its files are not at hand.

window-words-sorted = How it is sorted
window-words-both = Both models sort it under { $category }.
window-words-published = The published model sorts it under { $category }.
window-words-deployed = The deployed model sorts it under { $category }.
window-words-own-decision = By the model’s own decision
window-words-lists = Every list of categories of this case is tried. Where no category of a list fits your words, what that list says means little.
window-words-certainty = The number is a share of the model’s certainty: all categories together make 100 percent.
window-words-likeness = The number says how alike the text is to the examples of a category, as the model sees them: 1 is as alike as can be, 0 is not alike.
window-words-undefined = This could not be read: { $reason }.
window-words-no-reader = Nothing in this case can read a category for these words.
window-words-limit = This is one text. It shows what happens with these words, and not how often it happens.
window-words-rounding = Rounding alone can also move a single text. For your words, that was not checked.
window-words-unread-published = The published model does not know { $k } of the { $n } words. How it sorts them says little.
window-words-unread-deployed = The deployed model does not know { $k } of the { $n } words. How it sorts them says little.
window-words-reading = How it is read
window-words-reading-meaning = A model cuts a text into pieces before it reads it.
window-words-same = Both models read it as the same pieces.
window-words-not-same = The two models do not read it as the same pieces. A difference in sorting may come from that, and not from the models’ numbers.
window-words-unknown =
    { $k ->
        [0] It knows every word.
       *[other] Words it does not know: { $k } of { $n }. It cannot tell such words from one another.
    }
window-words-truncated = The text is longer than this model reads. Only its beginning was sorted.
window-words-keep = Keep in this case
window-words-keep-meaning = Writes the words and how they were sorted into the case file on this computer. They do not leave with an objection.
window-words-keep-done = These words are kept. You find them below.
window-words-kept = Words you kept
window-words-kept-none = No words are kept in this case.
window-words-kept-on = Kept on { $day }, written in { $language }
window-words-kept-how = How they were sorted
window-words-forget = Remove for good
window-words-forget-ask = Remove these words for good? They are taken out of the case file and cannot be brought back. A disk may still keep traces of what was deleted.
window-words-forget-not = Leave them

window-notes-title = Notes
window-notes-lead = What people said about the findings, items and categories of this case.
window-notes-none = No note was made yet. You can make one here about a category, and on the page of any finding or item.
window-notes-none-of-kind = No such note was made yet.
window-notes-filter = Show
window-notes-all =
    { $n ->
        [one] The one note
       *[other] All { $n } notes
    }
window-notes-findings =
    { $n ->
        [one] One note on a finding
       *[other] { $n } notes on findings
    }
window-notes-items =
    { $n ->
        [one] One note on an item
       *[other] { $n } notes on items
    }
window-notes-categories =
    { $n ->
        [one] One note on a category
       *[other] { $n } notes on categories
    }
window-notes-on-finding = On a finding
window-notes-on-item = On an item
window-notes-on-category = On a category
window-notes-finding-gone = Finding { $id } of an earlier comparison
window-notes-make = Say something about a category
window-notes-category = Category
window-notes-choose = Choose a category
window-notes-made = Your note is kept.

window-contest-title = Objections
window-contest-lead = An objection says what is wrong, what it rests on and what you ask for. It is sealed as a folder that you hand over yourself.
window-contest-none = No objection was begun in this case.
window-contest-undescribed = Not yet described
window-contest-day = Begun on { $day }
window-contest-rests =
    { $n ->
        [0] It rests on no finding.
        [one] It rests on this finding:
       *[other] It rests on these { $n } findings:
    }
window-contest-begin = Begin an objection
window-contest-begin-how = An objection begins from a finding: open the finding and choose “Object to this”. You can stop at any time and go on later.
window-contest-begin-none = No finding is listed in this case, so there is nothing that an objection could rest on yet.
window-contest-begin-all = All { $n } findings

window-contest-one = Objection
window-contest-one-lead = Write down what is wrong and what you ask for. Nothing leaves this computer until you seal it and hand it over yourself.
window-contest-sealed-lead = This objection is sealed and can no longer be changed. To say more, begin a new one.
window-contest-sealed-check = The sealed folder is where you put it. Checking it shows its fingerprint again.
window-contest-saved = Everything is saved in the case on this computer.
window-contest-saving = Saving…
window-contest-not-saved = The last changes are not saved yet. What you typed is still here.
window-contest-missing = Still missing
window-contest-complete = Nothing is missing
window-contest-to-preview = See exactly what would leave

window-contest-step-rests = What it rests on
window-contest-step-rests-none = This objection rests on no finding.
window-contest-step-kinds = What is contested
window-contest-step-kinds-hint = Choose everything that fits.
window-contest-site = It is aimed at
window-contest-step-asks = What is asked
window-contest-step-asks-hint = Choose what you want the receiver to do.
window-contest-step-words = In your words
window-contest-summary = What is wrong, in short
window-contest-summary-hint = A few sentences that somebody who knows nothing of this can understand.
window-contest-counter = { $n } of 500 characters
window-contest-counter-over = { $n } characters. At most 500 fit.
window-contest-statement = More, if you want to say more
window-contest-statement-hint = You may leave this empty.
window-contest-written-in = Written in
window-contest-text-add = Say it in another language too
window-contest-text-remove = Remove this text
window-contest-text-remove-ask = Remove this text from the objection?
window-contest-text-remove-not = Leave it
window-contest-step-signatory = To whom
window-contest-signatory = Name of the organisation
window-contest-signatory-hint = Who published the model or uses it, and should answer.
window-contest-signatory-role = Its part
window-contest-step-access = How the deployed model was reached
window-contest-access-unsaid = Not said
window-contest-step-reviewer = Who stands behind it
window-contest-reviewer = Name
window-contest-reviewer-hint = A made-up name is enough. If you leave it empty, the objection gives no name.
window-contest-reviewer-role = Part of that person
window-contest-reviewer-role-choose = Not said
window-contest-step-consent = How far it may travel
window-contest-scope = Who may see it
window-contest-recipients = Recipients
window-contest-recipients-hint = One on each line, for example the office that uses the model.
window-contest-recipients-add = Add { $name }
window-contest-quote = May its words be quoted?

window-seal-title = Exactly what leaves
window-seal-back = Back to the objection
window-seal-lead = These are all the files of the folder that you would hand over, besides the signature. Look at any of them before you seal it.
window-seal-already = This objection is already sealed. What left with it is in its folder.
window-seal-not-yet = Before it can be sealed:
window-seal-files =
    { $n ->
        [one] One file, { $size }
       *[other] { $n } files, { $size } together
    }
window-seal-evidence =
    { $n ->
        [one] What it rests on: one file, { $size }
       *[other] What it rests on: { $n } files, { $size }
    }
window-seal-content = Content of { $path }
window-seal-empty = This file is empty.
window-seal-source = Shown as the text that the file is made of. A browser shows it as a page.
window-seal-more = Show more ({ $size } left)
window-seal-not-inside = What is not in it
window-seal-not-inside-meaning = Parallax puts in no name of this computer, no user name, no place where your files are, and no time of day. Of the models it holds only their names and the codes of their files. Notes on other things, and words you kept, stay in the case.
window-seal-file-words = The report in words
window-seal-file-page = The report as a page
window-seal-file-report = The report for programs
window-seal-file-consent = What was agreed
window-seal-file-notes = Notes that go along
window-seal-file-history = What was done in the case, day by day
window-seal-file-published = Files of the published model
window-seal-file-deployed = Files of the deployed model
window-seal-file-item-text = Text of one item
window-seal-file-item = How both models sort one item
window-seal-file-finding = Numbers of one finding
window-seal-file-category = Names of one category
window-seal-file-recipe = How it was measured
window-seal-file-howto = How to check and repeat it
window-seal-file-schema = How the report for programs is built
window-seal-file-list = List of the files with their codes
window-seal-file-signed = The list that is signed
window-seal-file-kind = What kind of folder this is
window-seal-file-other = Another file

window-seal-step = Seal it
window-seal-meaning = Sealing writes this folder and signs it with the key of this case, so that a later change can be seen. After that the objection can no longer be changed. Nothing is sent.
window-seal-folder-default = It goes into your documents, in the folder Parallax.
window-seal-folder-chosen = It goes into the folder { $folder }.
window-seal-folder-choose = Choose another folder…
window-seal-folder-usual = Use the usual folder
window-seal-do = Seal
window-seal-doing = Sealing…
window-seal-done = The objection is sealed
window-seal-done-files =
    { $n ->
        [one] One file was written. Nothing was sent: hand the folder over yourself.
       *[other] { $n } files were written. Nothing was sent: hand the folder over yourself.
    }
window-seal-where = The folder
window-seal-key = Fingerprint of its key
window-seal-check = Check it now
window-seal-receiver = How the receiver can check it without Parallax

window-verify-title = Check a sealed folder
window-verify-lead = See if a folder that you were given is as it was sealed, and by which key. Nothing in it is run, and nothing is sent.
window-verify-choose = Choose a folder…
window-verify-checking = Checking…
window-verify-folder = Folder
window-verify-report = Number of the report
window-verify-key = The signature is good. The holder of the key with this fingerprint made the folder:
window-verify-key-broken = The list of files is signed by the holder of the key with this fingerprint, but the folder does not agree with that list:
window-verify-no-key = No good signature was found, so nobody vouches for this folder.
window-verify-not-meaning = “As it was sealed” does not say who holds the key, or that the content is right.
window-verify-do-not-rely = Do not rely on what this folder says. Ask whoever gave it to you for another copy.
window-verify-problems = What is wrong
window-verify-problems-more = The first { $shown } of { $n } are shown.
window-verify-kind-missing = missing
window-verify-kind-added = added
window-verify-kind-changed = changed
window-verify-kind-signature = signature
window-verify-kind-shape = not in order
window-verify-kind-forbidden = not allowed
