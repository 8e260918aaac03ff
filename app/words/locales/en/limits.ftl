# What a finding does not say. Every finding carries at least one of these.

limit-synthetic = These examples were written or generated for testing. They are not messages from real people.
limit-unreviewed = No native reader has checked the examples in these languages yet: { $languages }.
limit-one-run = This was measured once, on one computer. It has not been repeated yet.
limit-examples-chosen = These examples were chosen. They show that this happens. They do not show how often it happens.
limit-tokens-differ = The two models read { $k } of these { $n } items as different pieces of text. The move may come from how the text is read, and not from the model’s numbers.
limit-cause-unknown = We can see that the answer changed. We cannot see why.
limit-numbers-not-why = We can see that the numbers were changed, and where. We cannot see why, or whether the change harms anybody.
limit-rounding-approximate = The rounded copy we compare with was not made with the same program as the deployed file. Its numbers are close to the real ones, but not the same.
limit-no-rounding-control = We could not make a rounded copy of the published model to compare with. Rounding may explain some or all of this.
limit-not-harm = A difference is not yet a harm. People who know what this category means for them can say if it matters.
limit-reader-prototype = This model does not name categories itself. We sorted each item by the example items that the model sees as most alike.
limit-reader-probe = This model does not name categories itself. We learned a way to read them from its inner numbers, and that reading can be wrong.
limit-few-items =
    { $n ->
        [one] This rests on one item only.
       *[other] This rests on { $n } items only.
    }
limit-weak-test = The same test found { $percent } percent of the changes that we made on purpose. It may miss others.
