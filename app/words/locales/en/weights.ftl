# Weights of a published and a deployed model, held side by side; on the command line and in the window.

verdict-identical = same bytes
verdict-reproduced = reproduced
verdict-reproduced-up-to-ties = reproduced but for ties
verdict-codes-explained = numbers explained
verdict-type-unexpected = another type than claimed
verdict-not-decidable = cannot be decided
verdict-scale-unexplained = scales not explained
verdict-residual-lowrank = something was added
verdict-residual-sparse = some rows were changed
verdict-lineage-only = alike, but changed
verdict-replaced = another tensor in its place
verdict-unrelated = no relation found

meaning-identical = The deployed file holds exactly the published bytes here.
meaning-reproduced = We stored the published numbers again in the claimed way and got exactly the deployed bytes.
meaning-reproduced-up-to-ties = We stored the published numbers again and got the deployed bytes, except where a number lies exactly between two neighbours and may be rounded either way.
meaning-codes-explained = Every stored number follows from the published number and from the scale that the deployed file gives with it. How the scales were chosen is left open; tools choose them differently.
meaning-type-unexpected = The numbers follow from the published ones, but they are stored with more or fewer digits than the claim leads to.
meaning-not-decidable = It stays open where these numbers come from: we cannot read this kind of storage, or its maker was free to choose other numbers, or we do not know which published numbers belong to it.
meaning-scale-unexplained = The stored numbers follow from the published ones, but their scales are worse than any tool that we know would choose.
meaning-residual-lowrank = After rounding is taken off, a change remains that has the shape of an addition made in training, such as an adapter.
meaning-residual-sparse = After rounding is taken off, a change remains in some rows or columns only; in a table of words a row is one piece of text.
meaning-lineage-only = These numbers are like the published ones, but no known way of storing leads from one to the other. Training further does this.
meaning-replaced = Other numbers stand here than the published ones, while the rest of the model is related to the published model.
meaning-unrelated = We found no relation between these numbers and the published ones.

weights-compared = Held the weights of the deployed model { $operative } against those of the published model { $nominal }.
weights-all-explained = Every one of the { $parameters } weights that we compared is explained by the published model and a known way of storing it.
weights-all-identical = All { $parameters } weights that we compared are the same bytes in both models.
weights-some-changed = { $tensors ->
        [one] One tensor of { $total } holds numbers
       *[other] { $tensors } tensors of { $total } hold numbers
    } that no known way of storing explains. They make up { $percent }% of the weights that we compared.
weights-all-changed = { $tensors ->
        [one] The one tensor that we compared holds numbers
       *[other] All { $tensors } tensors that we compared hold numbers
    } that no known way of storing explains.
weights-some-undecided = { $tensors ->
        [one] About one tensor of { $total } nothing could be decided.
       *[other] About { $tensors } tensors of { $total } nothing could be decided.
    }
weights-nothing-compared = No tensor of the deployed model could be matched with one of the published model.
weights-not-harmless = This says where the stored numbers come from. It does not say that the deployed model does no harm: a published file can be prepared so that rounding it changes what the model does, and then every check here still holds.
weights-changed-not-harm = This says that the numbers differ from the published ones, and where. It does not say why they were changed, or that the change harms anybody.
weights-verdicts = By verdict, from explained to unrelated:
weights-verdict-row = { $tensors ->
        [one] 1 tensor
       *[other] { $tensors } tensors
    }, { $parameters } weights ({ $percent }%)
weights-tensors-first = The tensors that are not explained:
weights-tensor-at = { $name }, stored as { $type }
weights-more = { $count ->
        [one] One more is in the JSON reply.
       *[other] { $count } more are in the JSON reply.
    }

weights-claim-holds = The claim { $claimed } holds: all { $count } tensors are stored as its rules ask.
weights-claim-holds-by-option = The claim { $claimed } holds with an option of the tool that stores models so: { $options }. It explains why { $otherwise ->
        [one] one tensor is
       *[other] { $otherwise } tensors are
    } stored otherwise.
weights-claim-contradicted = The claim { $claimed } is contradicted: { $otherwise ->
        [one] one tensor is
       *[other] { $otherwise } tensors are
    } stored as another type than its rules ask, for example { $examples }.
weights-claim-deviates = The claim { $claimed } holds for most tensors: { $otherwise ->
        [one] one tensor is
       *[other] { $otherwise } tensors are
    } stored as another type than its rules ask, for example { $examples }.
weights-claim-fits = Every tensor is stored as the rules of { $fitting } ask.
weights-claim-not-decidable = Whether the claim { $claimed } holds cannot be decided: its rules are not known here.
weights-claim-by-shape = { $count ->
        [one] One tensor has
       *[other] { $count } tensors have
    } another type than the name { $claimed } suggests, because { $count ->
        [one] its rows do
       *[other] their rows do
    } not divide into its blocks; the tool that makes such files does the same.
weights-claim-from-file = The file itself makes this claim.
weights-no-claim = Neither the file nor the request says how it was stored, so that no types were expected.

weights-unmatched = Tensors without a counterpart:
weights-unmatched-row = { $name } ({ $side ->
        [nominal] published model
       *[operative] deployed model
    }): { $why }
unmatched-tied = the other file uses one tensor for this and for another place
unmatched-head-dropped = this part is not used where the model is deployed, and was left out
unmatched-generated = the converter computes it from the configuration
unmatched-fused = the other file holds it inside a larger tensor
unmatched-pruned = its layer was taken out
unmatched-adapter = it belongs to an adapter
unmatched-unknown = no reason is known

weights-lattice-flagged = { $tensors ->
        [one] One tensor of the published file already sits on a quantization lattice: its numbers lie
       *[other] { $tensors } tensors of the published file already sit on a quantization lattice: their numbers lie
    } at the very places to which rounding would move them. This happens when a rounded file is published again or when a model is trained for rounding; it also happens when a file is prepared so that rounding changes what the model does.
weights-lattice-clear = The published file does not sit on a quantization lattice.
weights-lattice-clear-some = { $tensors ->
        [one] The one tensor of the published file that we could look at does not sit
       *[other] None of the { $tensors } tensors of the published file that we could look at sits
    } on a quantization lattice. { $others ->
        [one] For one more we cannot tell.
       *[other] For { $others } more we cannot tell.
    }
weights-settings-differ = Settings that differ:
weights-setting-row = { $setting }: published { $nominal }, deployed { $operative }
weights-setting-unset = not set
weights-notes = Remarks about the files:

evidence-precision-stored = from the published numbers themselves
evidence-precision-f16 = from the published numbers rounded to f16
evidence-precision-bf16 = from the published numbers rounded to bf16
evidence-replay = { $differs } of { $replayed } blocks come out as other bytes when the published numbers are stored again.
evidence-codes = { $mismatches } of { $tested } stored numbers do not follow from the published numbers; { $ties } lie on the border between two values.
evidence-scales-tried = { $unexplained } of { $tried } blocks do not follow from the published numbers under any scale that a known tool would choose.
evidence-edge = The strongest pattern in what remains is { $ratio } times as strong as rounding noise could make it; stored again, the published numbers give { $null }.
evidence-rank = It is of rank { $rank } and { $percent }% of the size of the published tensor.
evidence-rows = { $count ->
        [one] One row carries the change:
       *[other] { $count } rows carry the change:
    } { $rows }
evidence-columns = { $count ->
        [one] One column carries the change:
       *[other] { $count } columns carry the change:
    } { $columns }
evidence-permutation-rows = The rows are the published ones in another order.
evidence-permutation-columns = The columns are the published ones in another order.
evidence-permutation-elements = The numbers are the published ones in another order.
evidence-relative-error = It differs from the published tensor by { $percent }% of its size.
evidence-zeroed = { $percent }% of its numbers were set to zero; the others are the published ones.
evidence-adapter = Adding the given adapter to the published numbers gives these.

identify-title = { $name } ({ $format }), architecture not named
identify-title-architecture = { $name } ({ $format }), architecture { $architecture }
identify-parameters = { $parameters } weights in { $tensors ->
        [one] one tensor
       *[other] { $tensors } tensors
    }.
identify-not-counted = Not all weights were counted: { $reason }.
identify-active = One piece of text passes through { $active } of them.
identify-types = Stored as: { $types }
identify-true-type = { $tensors ->
        [one] One tensor is stored as { $stored } and holds only numbers
       *[other] { $tensors } tensors are stored as { $stored } and hold only numbers
    } that { $narrow } can hold: the file is larger than what is in it.
identify-cannot-run = It cannot be run here yet: { $reason }.
identify-lineage = It says about its origin (claimed; nothing here checks it):
identify-lineage-row = { $key }: { $value }
identify-files = Files and their codes (SHA-256):
identify-notes = Remarks about the files:
identify-statement-written = The statement is in { $path }. It is not signed.

tokens-compared = Held the tokenizer of the deployed model { $operative } ({ $operative_mode ->
        [engine] read as its engine reads it
       *[reference] read as its authors do
    }) against that of the published model { $nominal } ({ $nominal_mode ->
        [engine] read as its engine reads it
       *[reference] read as its authors do
    }).
tokens-rows = { $differ ->
        [0] All { $total } parts of the tokenizers are the same.
        [one] One of { $total } parts of the tokenizers differs or is not said:
       *[other] { $differ } of { $total } parts of the tokenizers differ or are not said:
    }
tokens-template = The chat templates differ (- published, + deployed; shown as text, never run):
tokens-not-read = No texts were read with the two tokenizers: { $reason }.
tokens-languages = Texts by language, published / deployed:
tokens-column-language = language
tokens-column-pieces = pieces per word
tokens-column-unknown = words not readable
tokens-column-differ = words that differ
tokens-unknown-beside = Few pieces per word are no advantage where many words cannot be read: such a word becomes one piece that says nothing.
tokens-first = { $language }: in { $item } the word { $word } becomes { $nominal } in the published model and { $operative } in the deployed one.
