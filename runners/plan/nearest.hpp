#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Number of single-character insertions, deletions and replacements that turn a into b.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate with the smallest edit distance to `word`, if it is near enough to be meant (at
/// most a third of the word's length, at least 2); otherwise empty.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

/// " (did you mean 'x'?)" or " (one of: a, b, c)", to end a message about an unknown word.
std::string hint_for(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace assay
