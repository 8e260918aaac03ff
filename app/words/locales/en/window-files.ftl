# What the window says about the stored numbers of both models, and about how they cut text into pieces.

window-nav-files = Files
window-nav-pieces = Words and pieces

window-files-title = Do the deployed numbers come from the published model?
window-files-lead = A model is a file of numbers. Here we hold the numbers of the file that is in use against those of the file that was published.
window-files-none = In this case the files were not held against each other. Compare the two models again, and this page has something to say.
window-files-rest-explained =
    { $tensors ->
        [one] The other one is explained by the published model and a known way of storing it.
       *[other] The other { $tensors } are explained by the published model and a known way of storing it.
    }
window-files-unknown =
    { $tensors ->
        [one] One more tensor has no counterpart in the other model, and we know no reason for that.
       *[other] { $tensors } more tensors have no counterpart in the other model, and we know no reason for that.
    }
window-files-not-said = What this does not say
window-files-new-words = Words that may be new:
window-files-claim = What was said about how it was stored

window-files-claim-holds = holds
window-files-claim-deviates = holds for most
window-files-claim-contradicted = contradicted
window-files-claim-undecided = cannot be decided

window-files-verdicts = What we can say about each part
window-files-verdicts-lead = A model’s numbers lie in tensors, each with a name. We say one thing about each of them. The list goes from what is explained to what is not.
window-files-verdict = What we found
window-files-tensors = Tensors
window-files-weights = Weights
window-files-share = Share of all weights
window-files-meaning = What this means
window-files-number = { $n }
window-files-percent = { $percent }%
window-files-show =
    { $tensors ->
        [one] Show this tensor
       *[other] Show these { $tensors } tensors
    }

window-files-strip = Where in the model
window-files-strip-lead = Each column is a layer, from the first that a text passes through to the last. Each row is one kind of tensor. Letters and colours say the same.
window-files-strip-kind = Kind of tensor
window-files-strip-cell = { $kind }, layer { $layer }: { $verdict }
window-files-strip-many =
    { $tensors ->
        [one] one tensor
       *[other] { $tensors } tensors
    }, at worst “{ $verdict }”
window-files-strip-outside = Outside the layers
window-files-strip-alone = { $name }: { $verdict }
window-files-strip-more =
    { $count ->
        [one] One more stands in the table below.
       *[other] { $count } more stand in the table below.
    }
window-files-strip-large = Layers and kinds of tensors are too many to draw here. The table below has them all.
window-files-strip-keys = With the keyboard: the arrow keys go from cell to cell, Enter shows the tensor.

window-files-table = All tensors
window-files-table-keys = With the keyboard: the arrow keys, Page Up, Page Down, Home and End go from row to row, Enter shows the tensor.
window-files-search = Name holds
window-files-any-verdict = Everything
window-files-not-explained = Everything that is not explained
window-files-any-type = Any type
window-files-shown = { $k } of { $n } tensors
window-files-shown-all =
    { $n ->
        [one] One tensor
       *[other] All { $n } tensors
    }
window-files-none-match = No tensor is like that. Take a filter away.
window-files-clear = Show all tensors
window-files-chip-remove = Take away: { $filter }
window-files-chip-layer = layer { $layer }
window-files-column-type = Stored as
window-files-column-error = Differs by
window-files-types = { $nominal } → { $operative }
window-files-unlike-claim = { $types }, claimed { $expected }
window-files-sort = Sort by: { $column }

window-files-files = The files
window-files-files-lead = The code (SHA-256) of a file changes when one byte of it changes. Compare it with the code that the publisher gives.
window-files-file = File
window-files-size = Size
window-files-hash = SHA-256
window-files-no-files = None
window-files-unmatched-lead = These parts are in one of the two models only.
window-files-name = Name
window-files-side = Where it is
window-files-why = Why
window-files-settings = Settings of the model
window-files-settings-same = All settings that we compared are the same in both models.
window-files-setting = Setting
window-files-lattice = Was the published file rounded before?
window-files-lattice-none = We did not check this.
window-files-notes = Remarks about the files
window-files-cost = Holding the files against each other took { $seconds } seconds.

window-tensor-choose = Choose a tensor in the picture or in the table to see what we found about it.
window-tensor-chosen = The chosen tensor
window-tensor-close = Close
window-tensor-back = Back to all tensors
window-tensor-gone = There is no tensor { $name } in this case.
window-tensor-what = What it is
window-tensor-nominal-name = Name in the published file
window-tensor-layer = Layer
window-tensor-layer-none = outside the layers
window-tensor-shape = Rows and columns
window-tensor-weights = Weights
window-tensor-nominal-type = Stored in the published file as
window-tensor-type = Stored in the deployed file as
window-tensor-expected = The claim leads to
window-tensor-expected-none = no claim
window-tensor-expected-why = ({ $rule })
window-tensor-rests = What this rests on
window-tensor-rests-none = Nothing more was measured here.
evidence-stored-again = It was stored again as { $transform }, { $precision }.
evidence-dead = { $count ->
        [one] One stored number stands
       *[other] { $count } stored numbers stand
    } in a block whose scale is 0, and so for nothing.
evidence-scales = The squared error is { $ratio } times that of the published numbers as we store them again; about 1 means that the scales are as good.
window-tensor-numbers = The numbers
window-tensor-relative = Difference, as a share of the published tensor’s size
window-tensor-max = Largest difference of one number
window-tensor-cosine = Cosine of the two tensors (1 is the same direction)
window-tensor-sqnr = Signal over rounding noise (SQNR)
window-tensor-decibels = { $value } dB
window-tensor-robust = How unusual among tensors of its type (robust z; above 6 is unusual)
window-tensor-p = How often chance alone would look so related (p)
window-tensor-undefined = undefined: { $reason }
window-tensor-no-noise = undefined: the numbers are equal, so that there is no noise
window-tensor-too-few = undefined: too few tensors of its type, or no difference
window-tensor-worst = Rows and columns that differ most
window-tensor-worst-row = Row
window-tensor-worst-column = Column
window-tensor-worst-error = Differs by
window-tensor-codes = Codes of the bytes (SHA-256)
window-tensor-no-hash = put together from several tensors

plot-spectrum-title = Does what remains have a direction?
plot-spectrum-what = Rounding pushes numbers in all directions alike. Something that was learned and added lies in a few directions, and these stand out on the left.
plot-spectrum-axis = Size of each direction, in multiples of what noise could reach
plot-spectrum-axis-raw = Size of each direction
plot-spectrum-axis-under = Directions, the strongest first
plot-spectrum-remains = What remains of the difference
plot-spectrum-null = The published tensor, stored again by us
plot-spectrum-edge = What noise could reach
plot-spectrum-direction = Direction
plot-spectrum-description = A line of { $n } values that falls from { $first } to { $last }.
plot-spectrum-description-null = A line of { $n } values that falls from { $first } to { $last }. The line of the published tensor stored again begins at { $null }.
plot-spectrum-says-above = The strongest direction is { $ratio } times as strong as in the published tensor stored again. Rounding alone does not reach that.
plot-spectrum-says-ratio = The strongest direction is { $ratio } times as strong as in the published tensor stored again. That alone does not say where it comes from.
plot-spectrum-says-alike = The strongest direction is { $ratio } times as strong as in the published tensor stored again: about the same.
plot-spectrum-says-edge = The strongest direction is { $ratio } times what noise of this size could reach.
plot-spectrum-says-nothing = There is nothing here to hold it against.
plot-spectrum-at = Direction { $direction }: what remains { $value }
plot-spectrum-at-null = Direction { $direction }: what remains { $value }, stored again { $null }

plot-errors-title = How large are the differences of single numbers?
plot-errors-what = 0 is no difference. 1 is the usual size of a difference in this tensor. Rounding gives one even hill around 0.
plot-errors-axis = Share of the numbers, in percent
plot-errors-axis-under = Difference, in units of its usual size
plot-errors-description = { $n } bars. The highest holds { $percent }% of the numbers, around { $middle }.
plot-errors-says = { $inside }% of the numbers differ by at most { $usual } times the usual size, { $outside }% by more than { $large } times.
plot-errors-from = From
plot-errors-to = To
plot-errors-count = Numbers
plot-errors-share = Share
plot-errors-open = no end
plot-errors-at = From { $from } to { $to }: { $count ->
        [one] one number
       *[other] { $count } numbers
    } ({ $percent }%)

window-pieces-title = Do both models read words as the same pieces?
window-pieces-lead = Before a model reads a text, its tokenizer cuts the text into pieces. Where the two models cut differently, they do not read the same thing.
window-pieces-none = In this case the tokenizers were not held against each other. Compare the two models again, and this page has something to say.
window-pieces-headline-same = All { $words } words in { $texts } texts are cut into the same pieces by both models.
window-pieces-headline-differ = The two models cut { $k } of { $words } words into different pieces, in { $texts ->
        [one] one text
       *[other] { $texts } texts
    } of { $all }.
window-pieces-headline-empty = No texts were read, so that nothing can be said about words.
window-pieces-unread-none = Both models can read every one of these words.
window-pieces-unread = The deployed model cannot read { $operative } of these words, the published model { $nominal }.
window-pieces-modes = The published model is { $nominal_mode ->
        [engine] read as its engine reads it
       *[reference] read as its authors do
    }, the deployed model { $operative_mode ->
        [engine] read as its engine reads it
       *[reference] read as its authors do
    }.
window-pieces-languages = By language
window-pieces-words = Words
window-pieces-none-language = No language has texts here.
window-pieces-unknown-share = { $k } ({ $percent }%)
window-pieces-share = { $k } of { $n }
window-pieces-bytes = { $percent }% of them less than a letter
window-pieces-lost =
    { $count ->
        [one] one more word becomes nothing
       *[other] { $count } more words become nothing
    }
window-pieces-first = The first word that differs
window-pieces-first-lead = For each language, the first word that the two models cut differently, and the pieces on both sides.
window-pieces-first-none = No word differs.
window-pieces-in = in { $item }
window-pieces-no-pieces = no pieces
window-pieces-tokenizer = The tokenizers themselves
window-pieces-tokenizer-same = All { $total } parts of the two tokenizers are the same.
window-pieces-tokenizer-some =
    { $differ ->
        [one] One of { $total } parts of the tokenizers differs or is not said.
       *[other] { $differ } of { $total } parts of the tokenizers differ or are not said.
    }
window-pieces-tokenizer-none = No part of the tokenizers was compared.
window-pieces-same-parts =
    { $count ->
        [one] One part that is the same
       *[other] { $count } parts that are the same
    }
window-pieces-part = Part
window-pieces-where = Where
window-pieces-count =
    { $count ->
        [one] one place
       *[other] { $count } places
    }
window-pieces-examples =
    { $count ->
        [one] One example
       *[other] { $count } examples
    }
window-pieces-template = What is put around a conversation
window-pieces-template-same = The chat templates of both models are the same, or neither has one.
window-pieces-template-differs = The chat templates differ. Here they are as plain text; nothing of them is run.
window-pieces-template-key = Lines that begin with − are in the published model only, lines that begin with + in the deployed one only.
window-pieces-template-lines = Chat templates, line by line
window-pieces-removed = published only:
window-pieces-added = deployed only:
window-pieces-generation = How answers are drawn
window-pieces-generation-same = All settings for drawing answers that we compared are the same.
window-pieces-generation-none = Neither model comes with settings for drawing answers.
window-pieces-settings-same =
    { $count ->
        [one] One setting that is the same
       *[other] { $count } settings that are the same
    }

window-side-published = Published
window-side-deployed = Deployed
