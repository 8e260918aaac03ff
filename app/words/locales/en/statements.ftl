# What an audit can find. Each branch is a whole sentence, so that a translator never has to glue.
# In $language the value `every` stands for all items of the suite.

category-pair-moved =
    { $language ->
        [every] { $moved ->
            [one] { $moved } of { $total } items that the published model sorts under “{ $from }” is sorted under “{ $to }” by the deployed model.
           *[other] { $moved } of { $total } items that the published model sorts under “{ $from }” are sorted under “{ $to }” by the deployed model.
        }
       *[other] { $moved ->
            [one] In { $language }, { $moved } of { $total } items that the published model sorts under “{ $from }” is sorted under “{ $to }” by the deployed model.
           *[other] In { $language }, { $moved } of { $total } items that the published model sorts under “{ $from }” are sorted under “{ $to }” by the deployed model.
        }
    } { $control ->
        [0] Rounding the published model’s numbers as strongly as the deployed file does would move none of these { $total } items in this way.
       *[other] Rounding the published model’s numbers as strongly as the deployed file does would move { $control } of these { $total } items in this way.
    }

category-pair-moved-without-control =
    { $language ->
        [every] { $moved ->
            [one] { $moved } of { $total } items that the published model sorts under “{ $from }” is sorted under “{ $to }” by the deployed model.
           *[other] { $moved } of { $total } items that the published model sorts under “{ $from }” are sorted under “{ $to }” by the deployed model.
        }
       *[other] { $moved ->
            [one] In { $language }, { $moved } of { $total } items that the published model sorts under “{ $from }” is sorted under “{ $to }” by the deployed model.
           *[other] In { $language }, { $moved } of { $total } items that the published model sorts under “{ $from }” are sorted under “{ $to }” by the deployed model.
        }
    } We could not check how many of them rounding would move.

category-left =
    { $language ->
        [every] { $left } of { $total } items that the published model sorts under “{ $from }” are sorted under { $categories } other categories by the deployed model.
       *[other] In { $language }, { $left } of { $total } items that the published model sorts under “{ $from }” are sorted under { $categories } other categories by the deployed model.
    } { $control ->
        [0] Rounding the published model’s numbers as strongly as the deployed file does would move none of these { $total } items out of this category.
       *[other] Rounding the published model’s numbers as strongly as the deployed file does would move { $control } of these { $total } items out of this category.
    }

category-left-without-control =
    { $language ->
        [every] { $left } of { $total } items that the published model sorts under “{ $from }” are sorted under { $categories } other categories by the deployed model.
       *[other] In { $language }, { $left } of { $total } items that the published model sorts under “{ $from }” are sorted under { $categories } other categories by the deployed model.
    } We could not check how many of them rounding would move.

single-flips =
    The two models sort { $k } of { $n } items differently. { $control ->
        [0] Rounding alone changes none.
       *[other] Rounding alone changes { $control }.
    } We found no category that clearly loses or gains items.

single-flips-without-control = The two models sort { $k } of { $n } items differently. We found no category that clearly loses or gains items. We could not check how many of these changes rounding explains.

single-flips-beside-categories =
    { $category_findings ->
        [one] In all, the two models sort { $k } of { $n } items differently. A separate finding names the category that loses items.
       *[other] In all, the two models sort { $k } of { $n } items differently. Separate findings name the { $category_findings } places where a category loses items.
    }

numbers-changed =
    { $tensors ->
        [one] In one of the { $total } parts that the deployed model’s numbers are stored in, they differ from the published ones in a way that no known way of storing explains. It holds { $percent }% of all numbers.
       *[other] In { $tensors } of { $total } parts that the deployed model’s numbers are stored in, they differ from the published ones in a way that no known way of storing explains. These parts hold { $percent }% of all numbers.
    }

numbers-changed-everywhere =
    { $total ->
        [one] The deployed model’s numbers are stored in one part, and there they differ from the published ones in a way that no known way of storing explains.
       *[other] In all { $total } parts that the deployed model’s numbers are stored in, they differ from the published ones in a way that no known way of storing explains.
    }

tokens-differ =
    { $language ->
        [every] The deployed model reads { $k } of { $n } items as different pieces of text than the published model does. Letters or vowel signs can be lost on the way.
       *[other] In { $language }, the deployed model reads { $k } of { $n } items as different pieces of text than the published model does. Letters or vowel signs can be lost on the way.
    }

cannot-test-unknown-words =
    { $variant ->
        [nominal] Nothing can be said about { $language }: the published model turns { $k } of { $n } words into an unknown token, so it cannot see what they say.
        [operative] Nothing can be said about { $language }: the deployed model turns { $k } of { $n } words into an unknown token, so it cannot see what they say.
       *[both] Nothing can be said about { $language }: both models turn { $k } of { $n } words into an unknown token, so they cannot see what these words say.
    }

cannot-test-same-tokens =
    { $variant ->
        [nominal] Nothing can be said about { $language }: to the published model, { $k } of { $n } items look exactly like an item of another category.
        [operative] Nothing can be said about { $language }: to the deployed model, { $k } of { $n } items look exactly like an item of another category.
       *[both] Nothing can be said about { $language }: to both models, { $k } of { $n } items look exactly like an item of another category.
    }

neighbours-changed =
    { $language ->
        [every] For { $k } of { $n } items, the { $neighbours } items that the model sees as most alike changed more than rounding explains.
       *[other] In { $language }, for { $k } of { $n } items, the { $neighbours } items that the model sees as most alike changed more than rounding explains.
    } This does not have to change how they are sorted.

neighbours-changed-without-control =
    { $language ->
        [every] For { $k } of { $n } items, at least half of the { $neighbours } items that the model sees as most alike changed.
       *[other] In { $language }, for { $k } of { $n } items, at least half of the { $neighbours } items that the model sees as most alike changed.
    } We could not check how much of this rounding explains.

no-difference =
    { $n ->
        [one] We found no difference on this one example. Other examples may be different.
       *[other] We found no difference on these { $n } examples. Other examples may be different.
    }

no-difference-weak = We found no difference on these { $n } examples. But the same test found only { $percent } percent of the changes that we made on purpose, so it may have missed one.

no-difference-unchecked = We saw no difference on these { $n } examples. We could not check if this test would have found one.

files-identical = The file you gave us is exactly the same as the published file.

numbers-rounded = Numbers in { $k } of { $n } parts of the deployed model were rounded to make it smaller. This is common. It can change some answers.

labels-differ =
    { $k ->
        [one] The published list of categories and the list that the deployed model uses are not the same: { $k } category is in only one of them.
       *[other] The published list of categories and the list that the deployed model uses are not the same: { $k } categories are in only one of them.
    }

probe-transfer-lower = A way of reading the categories that was learned from the published model sorts { $nominal_right } of { $n } items as expected in the published model, and { $operative_right } of { $n } in the deployed model.
