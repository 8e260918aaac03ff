# First checks before anything is compared: a name for each check, and a whole sentence for each outcome.

status-same = same
status-differs = differs
status-unknown = not known
status-cannot-test = cannot test

check-files = Files
check-architecture = Kind of model
check-size = Size of the model
check-tokenizer = How text is cut into pieces
check-token-ids = Pieces of text per item
check-language = Languages the models can read
check-special-tokens = Start and end signs
check-lower-casing = Capital letters
check-pooling = How one answer is made from many pieces
check-normalisation = Length of the inner numbers
check-truncation = Longest text
check-prompt-prefix = Text put before each item
check-number-types = Digits of the stored numbers
check-item-order = Order of the items
check-labels = List of categories
check-reader = How categories are read
check-other = Another check

preflight-files-same = The two models have exactly the same files.
preflight-files-differs = The two models’ files are different. This alone does not tell if the models answer differently.
preflight-architecture-same = Both models are of the kind { $nominal }.
preflight-architecture-differs = The published model is of the kind { $nominal }, the deployed one of the kind { $operative }.
preflight-size-same = Both models have { $layers } layers of { $dim } numbers each.
preflight-size-differs = The published model has { $nominal_layers } layers of { $nominal_dim } numbers, the deployed one { $operative_layers } layers of { $operative_dim }.
preflight-tokenizer-same = Both models come with the same tokenizer, read from { $nominal }.
preflight-tokenizer-differs = The published model’s tokenizer was read from { $nominal }, the deployed one’s from { $operative }. They do not cut all texts in the same way.
preflight-tokenizer-other-source = The published model’s tokenizer was read from { $nominal }, the deployed one’s from { $operative }. They cut all items here in the same way.
preflight-token-ids-same = Both models read all { $n } items as the same pieces of text.
preflight-token-ids-differs = The two models read { $k } of { $n } items as different pieces of text.
preflight-token-ids-item = The two models read this item as different pieces of text.
preflight-language-same =
    { $k ->
        [0] Both models can read { $language }: they know all { $n } words.
       *[other] Both models can read { $language }: at most { $k } of { $n } words are unknown to one of them.
    }
preflight-special-tokens-same = Both models put the same signs before and after each text.
preflight-special-tokens-differs = The two models put different signs before or after each text.
preflight-special-tokens-unknown = The files do not say which signs are put before and after each text.
preflight-lower-casing-same = Both models treat capital letters in the same way.
preflight-lower-casing-differs = One of the models turns capital letters into small ones, the other does not.
preflight-lower-casing-unknown = The deployed file does not say if capital letters are turned into small ones. We assume that they are, as in the published model.
preflight-pooling-same = Both models make one list of numbers from a text in the same way: { $nominal }.
preflight-pooling-differs = The published model makes one list of numbers from a text by { $nominal }, the deployed one by { $operative }.
preflight-pooling-unknown = The files do not say how one list of numbers is made from a text. We use { $nominal } for both.
preflight-normalisation-same = Both models bring their inner numbers to the same length, or neither does.
preflight-normalisation-differs = One of the models brings its inner numbers to a fixed length, the other does not.
preflight-normalisation-unknown = The files do not say if the inner numbers are brought to a fixed length.
preflight-truncation-same = Both models read texts of up to { $nominal } pieces.
preflight-truncation-differs = The published model reads texts of up to { $nominal } pieces, the deployed one up to { $operative }.
preflight-truncation-unknown = The files do not say how long a text may be.
preflight-prompt-prefix-same = No text is put before the items in either model.
preflight-prompt-prefix-differs = The models do not put the same text before each item.
preflight-prompt-prefix-unknown = The files do not say if a text is put before each item.
preflight-number-types-same = Both models store their numbers in the same way: { $nominal }.
preflight-number-types-differs = The published model stores its numbers as { $nominal }, the deployed one as { $operative }. Fewer digits make a file smaller and can change some answers.
preflight-item-order-same = Both models were given the same items in the same order.
preflight-labels-same =
    { $k ->
        [one] Both models use the same list of { $k } category.
       *[other] Both models use the same list of { $k } categories.
    }
preflight-labels-differs = The two models do not use the same list of categories.
preflight-labels-unknown = At least one of the models does not name its categories.
preflight-reader-head = Categories are read from the models’ own decision part.
preflight-reader-prototype = The models do not name categories themselves, so categories are read by likeness to example items.

pooling-mean = the average of all pieces
pooling-cls = the start sign
pooling-last = the last piece
