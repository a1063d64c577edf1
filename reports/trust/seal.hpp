#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/model/result.hpp"
#include "reports/trust/signing_key.hpp"

namespace assay {

/// The content of a Result document as one text, whatever its layout: its JSON without the member
/// "integrity", members sorted by name, without blanks. Throws as read_result does.
std::string canonical_content(std::string_view result_json);

/// Sets Result::integrity to the SHA-256 of the canonical content and, with a key, its signature.
void seal(Result& result, const std::optional<SigningKey>& key);

/// What a check of a document found; it holds when `faults` is empty.
struct SealCheck {
  std::vector<std::string> facts;   // what was checked and is right, or is not there
  std::vector<std::string> faults;  // what is wrong
  std::optional<Result> result;     // as it was read; empty where it is none
};

/// Checks a Result document: its structure and values, SHA-256 and signature. With `wanted_key` it
/// must be signed by that public key (base64).
SealCheck check_seal(std::string_view result_json, const std::string& wanted_key);

/// What no such check tells.
std::vector<std::string> not_covered();

/// Whether a Result carries a SHA-256 that is not that of its content: it was changed after it was
/// written. `result` is what `result_json` was read to.
bool has_broken_seal(const Result& result, std::string_view result_json);

/// What to say of such a Result.
constexpr const char* broken_seal_words =
    "the content is not what it was when the Result was written: its SHA-256 is another";

}  // namespace assay
