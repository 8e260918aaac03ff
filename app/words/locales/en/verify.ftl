# What is said of a sealed bundle. $path is a path inside the bundle.

verify-intact =
    { $files ->
        [one] The bundle is intact: its one file is as it was sealed.
       *[other] The bundle is intact: all { $files } files are as they were sealed.
    }
verify-not-intact =
    { $problems ->
        [one] The bundle is not as it was sealed: we found one problem.
       *[other] The bundle is not as it was sealed: we found { $problems } problems.
    }
verify-signer = The signature is good: the holder of the key { $fingerprint } made this folder. It does not say who that is, or that the content is right.
verify-compare-fingerprint = Compare this fingerprint with the one you were given in another way, for example by phone. A bundle that someone else signed again is also intact, but shows another fingerprint.

verify-missing = The file “{ $path }” is listed but is not there.
verify-added = The file “{ $path }” is there but no list names it. It was added after sealing.
verify-added-folder = The empty folder “{ $path }” was added after sealing.
verify-changed = The file “{ $path }” is not the same as when it was sealed.
verify-signature-missing = The signature file “{ $path }” is missing, so nobody vouches for this folder.
verify-signature-unreadable = The file “{ $path }” is not a signature that can be read.
verify-signature-namespace = The signature in “{ $path }” was made for another purpose than a contestation report.
verify-signature-wrong = The signature in “{ $path }” does not belong to this list of files. The list was changed after it was signed, or the signature comes from elsewhere.
verify-shape-missing-list = The file “{ $path }” is missing. Without it this folder cannot be checked as a bundle.
verify-shape-line = Line { $line } of “{ $path }” is not a hash, two spaces and a file name.
verify-shape-duplicate = “{ $path }” lists the same file twice: “{ $name }”.
verify-shape-twins = The names “{ $path }” and “{ $name }” differ only in capital letters, so one of them is lost on some computers.
verify-shape-outside = “{ $path }” lists “{ $name }”, which does not belong in that list.
verify-shape-unlisted-tag = “{ $path }” does not list “{ $name }”, so that file is not covered by the signature.
verify-shape-declaration = The file “{ $path }” does not declare a BagIt 1.0 folder in UTF-8.
verify-shape-report = The file “{ $path }” is not a contestation report that can be read.
verify-shape-identifier = The report’s id and the id in “{ $path }” are not the same.
verify-shape-empty = “{ $path }” lists no file.
verify-forbidden-link = “{ $path }” is a link to another place. Links are not allowed in a bundle.
verify-forbidden-special = “{ $path }” is neither a file nor a folder. Such entries are not allowed in a bundle.
verify-forbidden-name = The name “{ $path }” has characters that are not allowed in a bundle.
verify-forbidden-absolute = “{ $path }” lists “{ $name }”, which points to a place outside the bundle.
