# What the pages of items, the map and the steps say.

window-item-list-lead = Every item is one short text that both models were given. Choose one to see how each model sorts it, and what it lies near to.
window-item-search = Words in the text
window-item-search-go = Search
window-item-suite = List of items
window-item-suite-any = All lists
window-item-language-any = All languages
window-item-category-any = All categories
window-item-labelled = Category in the list
window-item-moved-only = Only items that moved
window-item-moved-any = By any way of reading a category
window-item-moved-by-primary = Moved as on the map and in the findings: by the first way of reading a category.
window-item-moved-by-any = Moved by at least one way of reading a category.
window-item-chip-finding = Only items of finding { $id }
window-item-chip-moved = Only items that went from { $from } to { $to }, sorted { $reader }
window-item-chip-stayed = Only items that stayed under { $category }, sorted { $reader }
window-item-chip-from = Only items that the published model sorts under { $from }, sorted { $reader }
window-item-chip-to = Only items that the deployed model sorts under { $to }, sorted { $reader }
window-item-chip-read = Only items that were sorted { $reader }
window-item-chip-remove = Take away the filter: { $filter }
window-item-total-all =
    { $n ->
        [one] This case has one item.
       *[other] This case has { $n } items.
    }
window-item-total =
    { $n ->
        [one] One item matches.
       *[other] { $n } items match.
    }
window-item-none = No item matches all of these filters.
window-item-clear = Take all filters away
window-item-beyond = There are no items this far down the list.
window-item-first = Go to the first items
window-item-range = Items { $from } to { $to } of { $n }
window-item-pages = Pages of the list
window-item-before = Items before
window-item-after = Next items

window-item-choose = Choose an item to see here how each model sorts it, and what it lies near to.
window-item-selected = The chosen item
window-item-close = Close
window-item-way = Where this item belongs
window-item-all = All items of this list
window-item-alone = Open on its own page
window-item-map = See it on the map
window-item-failed = This item cannot be shown
window-item-sorted = How each model sorts it
window-item-moved = moved
window-item-stayed = stayed
window-item-lead = Lead over the next category:
window-item-lead-meaning = The number beside the bar says how far the category is ahead of the next one. When it is small, the model nearly chose otherwise.

window-item-near-title = Nearest items
window-item-near =
    { $k ->
        [0] None of its { $n } nearest items stayed the same.
        [one] One of its { $n } nearest items stayed the same.
       *[other] { $k } of its { $n } nearest items stayed the same.
    }
window-item-near-all =
    { $n ->
        [one] Its nearest item stayed the same.
       *[other] All { $n } of its nearest items stayed the same.
    }
window-item-near-unknown = It is not known which items lie nearest to this one.
window-item-near-published = For the published model
window-item-near-deployed = For the deployed model
window-item-near-kept = near in both
window-item-near-lost = no longer near
window-item-near-gained = newly near

window-item-read = How each model reads it
window-item-pieces-same = Both models cut it into the same pieces of text.
window-item-pieces-differ = The two models cut it into different pieces of text, so they do not read the same thing.
window-item-unknown-none =
    { $n ->
        [one] Both models can read its only word.
       *[other] Both models can read all of its { $n } words.
    }
window-item-unknown-both =
    { $n ->
        [one] Neither model can read its only word.
       *[other] { $k } of its { $n } words cannot be read by either model.
    }
window-item-unknown-each =
    { $n ->
        [one] Only one of the models can read its only word.
       *[other] The published model cannot read { $k } of its { $n } words, the deployed model { $j }.
    }
window-item-change = Its inner numbers differ by { $distance } between the two models. 0 is no difference, 1 is no likeness at all.
window-item-change-unknown = How much its inner numbers changed is not known, because those of the two models cannot be held against each other.

window-item-notes = Notes on this item
window-item-category-notes =
    { $n ->
        [0] Notes on the category { $category }
       *[other] Notes on the category { $category } ({ $n })
    }
window-item-category-notes-meaning = A note here is about the category as a whole: its name, its meaning, or that it exists at all.

window-map-lead = A ring shows an item in the published model, a dot shows it in the deployed model, and the line shows how far it was shifted. Items close together look alike to the model.
window-map-none = There is no map of this list. It may have too few items, or the case comes from an earlier version of Parallax.
window-map-bring-out = Bring out on the map
window-map-bring-out-language = Language
window-map-bring-out-finding = Finding
window-map-bring-out-words = Words
window-map-bring-out-moved = Moved items
window-map-all-items = None
window-map-sign-moved = An item that moved: the deployed model sorts it under another category.
window-map-sign-stayed = An item that both models sort under the same category.
window-map-brought-out =
    { $k ->
        [0] None of the { $n } items is brought out. All are grey.
        [one] One of { $n } items is brought out.
       *[other] { $k } of { $n } items are brought out.
    }
window-map-closer = Closer
window-map-back = Further away
window-map-all = Show everything
window-map-keys = Click an item to choose it. With the keyboard, the arrow keys go from item to item, + and − come closer and go further away, 0 shows everything, and Escape chooses nothing.
window-map-plane = The model tells items apart in far more directions than a flat map has, so this map is a shadow of the real picture. It shows { $explained }% of the differences between items, and an item keeps { $kept }% of its nearest items on it.
window-map-plane-little = That is little. Items that lie close together here may not look alike to the model, and items that lie apart may. The nearest items beside a chosen item are the real ones.
window-map-turned = The inner numbers of the two models do not mean the same. The deployed model’s picture was turned until it fitted the published one as well as it can. Part of each line may come from that.
window-map-no-reader = No category could be read from these models, so the map does not show which items moved.
window-map-still = The moving map cannot be drawn on this computer, so you see a picture of it. You can still choose items, come closer and use the table.
window-map-left-out =
    { $n ->
        [one] One item that did not move is left out of this picture, because there are too many.
       *[other] { $n } items that did not move are left out of this picture, because there are too many.
    }
window-map-rows =
    { $k ->
        [0] There is nothing to show.
       *[other] { $k } of { $n } items, the one that was shifted furthest first. The shift is a length on the map and has no unit.
    }
window-map-shift = Shift on the map
window-map-more = Show more

window-step-none = Nothing was measured inside the models for this list.
window-step-choose = Choose a step to see its numbers and the categories that changed most.
window-step-of =
    { $step ->
        [0] Step 0 of { $last } (just read in)
       *[other] Step { $step } of { $last }
    }
window-step-map =
    { $step ->
        [0] See step 0 on the map
       *[other] See step { $step } of { $last } on the map
    }
window-step-undefined = not measured: { $reason }
window-step-chance-below = What chance would give lies far below this picture.
window-step-chance-above = What chance would give lies far above this picture.
window-step-categories =
    { $step ->
        [0] Which categories keep their { $k } nearest neighbours just after the text is read in?
       *[other] Which categories keep their { $k } nearest neighbours at step { $step } of { $last }?
    }
window-step-step = Step
window-step-category = Category
window-step-kept = Nearest neighbours kept
window-step-probe-title = What can be told from the inner numbers, step by step
window-step-probe-meaning = At each step, a simple sorting rule was learned from the inner numbers. Each number is the share of items that the rule puts under the category that their authors gave them: 1 is all of them.
window-step-probe-how = Items on which a rule is judged were kept aside while it was learned. Only what lies clearly above the last three columns comes from the model.
window-step-probe-n =
    { $n ->
        [one] It rests on one item.
       *[other] It rests on { $n } items.
    }
window-step-probe-nominal = Learned and used on the published model
window-step-probe-transfer = Learned on the published model, used on the deployed one
window-step-probe-refitted = Learned and used on the deployed model
window-step-probe-words = Learned from the pieces of text alone
window-step-probe-control = Learned from categories given out at random
window-step-probe-chance = Always the most frequent category
