#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// Whether a report names whose machine was measured, or not.
enum class Identities { removed, kept };

/// Takes out of a Result what tells whose machine it was: instance, account and volume ids, serial
/// numbers, GPU UUIDs, tags of the instance, host names of network file systems and those that EC2
/// gives, user names in paths, the addresses on the command line, and `names` (the host's own,
/// where known). They are looked for in every text; a name without a digit is not: it may be an
/// ordinary word. What must still tell one machine or volume from another becomes "redacted-" and
/// the first 12 hex digits of its SHA-256: the same one stays the same. The seal is dropped, it was
/// of another text. Numbers, types, zones, images and kernels stay. Redacting twice changes
/// nothing.
void redact(Result& result, const std::vector<std::string>& names = {});

/// The Result document of a redacted Result, sealed anew. No signature: that is of the original.
/// Not for Results whose seal is broken: the copy would look whole.
std::string redacted_copy(Result& result, const std::vector<std::string>& names = {});

/// The same for one whose seal is broken: that of the copy is too.
std::string redacted_copy_of_broken(Result& result);

/// The same for one text of which nothing else is known, such as a file name: ids by their form.
std::string without_ids(std::string_view text);

}  // namespace assay
