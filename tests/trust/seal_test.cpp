#include "reports/trust/seal.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "reports/json/document_limits.hpp"
#include "reports/json/quick_reader.hpp"
#include "reports/json/result_json.hpp"
#include "tests/html/synthetic_result.hpp"

namespace assay {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string sealed(const std::optional<SigningKey>& key = std::nullopt) {
  Result result = synthetic_result();
  seal(result, key);
  return write_json(result);
}

TEST(Seal, HoldsForWhatWasWrittenInAnyLayout) {
  const std::string text = sealed();
  EXPECT_TRUE(check_seal(text, "").faults.empty());
  EXPECT_TRUE(check_seal(replaced(text, ",\"host\":", " ,\n \"host\" : "), "").faults.empty());
  EXPECT_EQ(canonical_content("{\"b\": 1, \"integrity\": {}, \"a\": [1.50, \"x\"]}"),
            "{\"a\":[1.5,\"x\"],\"b\":1}");
}

TEST(Seal, BreaksWithEveryChange) {
  const std::string text = sealed();
  for (const auto& [from, to] : {std::pair{"\"seed\":42", "\"seed\":43"},
                                 std::pair{"synthetic.2xlarge", "synthetic.4xlarge"},
                                 std::pair{"{\"schema\"", "{\"unknown\":1,\"schema\""}}) {
    const SealCheck check = check_seal(replaced(text, from, to), "");
    ASSERT_EQ(check.faults.size(), 1U) << from;
    EXPECT_NE(check.faults[0].find("SHA-256 is another"), std::string::npos);
  }
  Result bare = synthetic_result();
  EXPECT_NE(check_seal(write_json(bare), "").faults.at(0).find("no SHA-256"), std::string::npos);
  EXPECT_FALSE(check_seal("{", "").faults.empty());
}

TEST(Seal, TellsWhoSigned) {
  const SigningKey key = SigningKey::generate();
  const SigningKey other = SigningKey::generate();
  const std::string text = sealed(key);
  EXPECT_TRUE(check_seal(text, "").faults.empty());
  EXPECT_TRUE(check_seal(text, key.public_key()).faults.empty());
  EXPECT_NE(check_seal(text, other.public_key()).faults.at(0).find("another key"),
            std::string::npos);
  EXPECT_NE(check_seal(sealed(), key.public_key()).faults.at(0).find("not signed"),
            std::string::npos);
  // The digest made anew after a change, the signature left as it was.
  Result changed = read_result(text);
  const Integrity old = changed.integrity.value();
  changed.plan.seed = 43;
  seal(changed, std::nullopt);
  changed.integrity->public_key = old.public_key;
  changed.integrity->signature = old.signature;
  EXPECT_NE(check_seal(write_json(changed), "").faults.at(0).find("is not that of key"),
            std::string::npos);
}

TEST(SigningKey, ReadsBackWhatItWrote) {
  const SigningKey key = SigningKey::generate();
  const SigningKey again = SigningKey::from_pem(key.private_pem());
  EXPECT_EQ(again.public_key(), key.public_key());
  EXPECT_EQ(again.sign("x"), key.sign("x"));
  EXPECT_TRUE(is_signed_by(key.public_key(), "x", key.sign("x")));
  EXPECT_FALSE(is_signed_by(key.public_key(), "y", key.sign("x")));
  EXPECT_FALSE(is_signed_by("", "x", key.sign("x")));
  EXPECT_FALSE(is_signed_by(key.public_key(), "x", "!!"));
  EXPECT_THROW(SigningKey::from_pem("no key"), std::runtime_error);
  // RFC 8032, section 7.1, test 1: the empty message.
  EXPECT_TRUE(is_signed_by("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "",
                           "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0l"
                           "v18FlbviRlUUFDjnoQCw=="));
}

std::string error_of(const std::string& text) {
  try {
    read_result(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "accepted";
}

/// Where the quick way accepts a text, the full one must; what only the full one can refuse (the
/// series) is not looked at here.
void expect_refused(const std::string& text, const std::string& words) {
  EXPECT_NE(error_of(text).find(words), std::string::npos) << error_of(text);
  EXPECT_FALSE(read_quickly(text).has_value()) << words;
}

TEST(HostileResult, IsRefusedInWords) {
  const std::string text = sealed();
  const std::string metric = "\"name\":\"iops\",\"value\":";
  const std::size_t value = text.find(metric) + metric.size();
  const auto with_value = [&](const std::string& number) {
    return text.substr(0, value) + number + text.substr(text.find(',', value));
  };
  EXPECT_EQ(error_of(with_value("5")), "accepted");
  expect_refused(with_value("1e308"), "cases[0].metrics[0]: 1e+308 is no value");
  expect_refused(with_value("-5"), "cases[0].metrics[0]: -5 is no value");
  expect_refused(with_value("1e999"), "not valid JSON");
  expect_refused(with_value("NaN"), "not valid JSON");
  expect_refused(with_value("null"), "cases[0].metrics[0].value: expected a number");
  expect_refused(replaced(text, "\"unit\":\"1/s\"", "\"unit\":\"MB/s\""),
                 "cases[0].metrics[0]: iops is in 1/s, not in 'MB/s'");
  expect_refused(replaced(text, "\"schema_version\":\"1.", "\"schema_version\":\"9."),
                 "schema version 9.");
  expect_refused(replaced(text, "\"seed\":42", "\"seed\":-42"), "expected a whole number >= 0");
  expect_refused(replaced(text, "SYNTHETIC", std::string(2U << 20, 'x')), "more than 1 MiB");
}

TEST(HostileResult, DeepNestingCostsNoStack) {
  const std::string deep(1'000'000, '[');
  EXPECT_NE(error_of(deep).find("nested deeper than 64"), std::string::npos);
  const std::string text = sealed();
  const std::string with_deep = replaced(
      text, "{\"schema\"", "{\"unknown\":" + deep + std::string(deep.size(), ']') + ",\"schema\"");
  EXPECT_NE(error_of(with_deep).find("nested deeper"), std::string::npos);
  EXPECT_THROW(canonical_content(with_deep), std::runtime_error);
  EXPECT_NO_THROW(check_document_limits("{\"a\":\"[[[[\\\"[[[[\"}"));
}

}  // namespace
}  // namespace assay
