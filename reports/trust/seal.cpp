#include "reports/trust/seal.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "reports/json/document_limits.hpp"
#include "reports/json/result_json.hpp"
#include "reports/sha256.hpp"

namespace assay {

namespace {

/// What is signed: not the bare digest, so that a signature cannot be taken for one of another use.
std::string signed_message(const std::string& sha256) { return "assay-result sha256 " + sha256; }

void check_signature(const Integrity& integrity, const std::string& wanted_key, SealCheck& check) {
  if (!integrity.signature || !integrity.public_key) {
    check.facts.emplace_back("no signature: anybody could have made or changed it");
    if (!wanted_key.empty()) check.faults.emplace_back("not signed, but --key asks for it");
    return;
  }
  if (!is_signed_by(*integrity.public_key, signed_message(integrity.sha256),
                    *integrity.signature)) {
    check.faults.push_back(
        fmt::format("the signature is not that of key {}", *integrity.public_key));
    return;
  }
  check.facts.push_back(fmt::format("signed by the owner of key {}", *integrity.public_key));
  if (!wanted_key.empty() && wanted_key != *integrity.public_key) {
    check.faults.push_back(fmt::format("signed by another key than {}", wanted_key));
  }
}

}  // namespace

std::string canonical_content(std::string_view result_json) {
  check_document_limits(result_json);
  try {
    nlohmann::json document = nlohmann::json::parse(result_json);
    if (document.is_object()) document.erase("integrity");
    return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  } catch (const nlohmann::json::exception& error) {
    throw std::runtime_error(fmt::format("not valid JSON: {}", error.what()));
  }
}

void seal(Result& result, const std::optional<SigningKey>& key) {
  result.integrity.reset();
  Integrity integrity;
  integrity.sha256 = sha256_hex(canonical_content(write_json(result)));
  if (key) {
    integrity.public_key = key->public_key();
    integrity.signature = key->sign(signed_message(integrity.sha256));
  }
  result.integrity = std::move(integrity);
}

bool has_broken_seal(const Result& result, std::string_view result_json) {
  return result.integrity && sha256_hex(canonical_content(result_json)) != result.integrity->sha256;
}

SealCheck check_seal(std::string_view result_json, const std::string& wanted_key) {
  SealCheck check;
  try {
    check.result = read_result(result_json);
  } catch (const std::runtime_error& error) {
    check.faults.emplace_back(error.what());
    return check;
  }
  const Result& result = *check.result;
  check.facts.push_back(fmt::format("schema {}, {} cases, structure and values as they may be",
                                    result.schema_version, result.cases.size()));
  if (!result.partial.empty()) check.facts.push_back("a partial run: " + result.partial);
  if (result.redaction) {
    check.facts.push_back(
        fmt::format("a redacted copy, sealed anew and without the original's signature; left out: "
                    "{}",
                    fmt::join(result.redaction->removed, ", ")));
  }
  if (!result.integrity) {
    check.faults.emplace_back("no SHA-256 in it (made before assay wrote one): nothing to check");
    return check;
  }
  if (has_broken_seal(result, result_json)) {
    check.faults.emplace_back(broken_seal_words);
  } else {
    check.facts.emplace_back("the content has the SHA-256 that stands in it");
  }
  check_signature(*result.integrity, wanted_key, check);
  return check;
}

std::vector<std::string> not_covered() {
  return {
      "that a Result without a signature comes from whom you think: its SHA-256 can be made anew",
      "that the owner of the key measured what it says: the machine, its clock and the program "
      "are taken on trust",
      "the HTML around an embedded Result, and other reports made from it"};
}

}  // namespace assay
