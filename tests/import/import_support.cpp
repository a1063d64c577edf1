#include "tests/import/import_support.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace assay {

std::string import_fixture(const std::string& name) {
  std::ifstream file(ASSAY_SOURCE_DIR "/tests/fixtures/import/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("no fixture " + name);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

const CaseResult& measured(const Result& result, const std::string& id) {
  const CaseResult* found = find_case_result(result, id);
  if (found == nullptr) throw std::runtime_error("no result of case " + id);
  return *found;
}

const Case& planned(const Result& result, const std::string& id) {
  const Case* found = find_case(result.plan, id);
  if (found == nullptr) throw std::runtime_error("no case " + id);
  return *found;
}

double value(const CaseResult& measured, const std::string& metric) {
  const auto found = metric_value(measured.metrics, metric);
  if (!found) throw std::runtime_error("no metric " + metric);
  return *found;
}

std::string method(const CaseResult& measured, const std::string& name) {
  for (const auto& [entry, text] : measured.method) {
    if (entry == name) return text;
  }
  return {};
}

bool is_flagged(const CaseResult& measured, const std::string& words) {
  return std::any_of(measured.flags.begin(), measured.flags.end(), [&](const std::string& flag) {
    return flag.find(words) != std::string::npos;
  });
}

}  // namespace assay
