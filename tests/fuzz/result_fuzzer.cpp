// libFuzzer on the reader of Results and on all that is made of them: ./test.sh fuzz.
// Inputs are changed as JSON: a value is replaced, taken away or doubled, so that most of them get
// past the parser; some are changed byte by byte.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/json/document_limits.hpp"
#include "tests/fuzz/check_document.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using Json = nlohmann::ordered_json;
using Random = std::minstd_rand;

/// A document to change, without what lies deeper than a Result may: copying and writing recurse.
/// Deeper ones are made of bytes.
Json changeable_document(std::string_view text) {
  const auto is_kept = [](int depth, Json::parse_event_t, Json&) {
    return std::cmp_less_equal(depth, assay::document_depth_max);
  };
  return Json::parse(text, is_kept, false);
}

void add_nodes(Json& node, std::vector<Json*>& nodes) {
  nodes.push_back(&node);
  if (!node.is_structured()) return;
  for (Json& inner : node) add_nodes(inner, nodes);
}

std::size_t below(Random& random, std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

Json hostile_value(Random& random) {
  static const std::array<Json, 22> values = {Json(0),
                                              Json(-1),
                                              Json(1),
                                              Json(UINT64_MAX),
                                              Json(INT64_MIN),
                                              Json(1e308),
                                              Json(-1e308),
                                              Json(1e-308),
                                              Json(0.5),
                                              Json(4294967296U),
                                              Json(nullptr),
                                              Json(true),
                                              Json(""),
                                              Json("<script>alert(1)</script>"),
                                              Json("\"><img src=x onerror=alert(1)>"),
                                              Json("</td><zz>"),
                                              Json("|`*_[x](javascript:x)\n# y"),
                                              Json("=1+1,\"\r\n"),
                                              Json("i-0123456789abcdef0"),
                                              Json(std::string(300, '.')),
                                              Json::array(),
                                              Json::object()};
  return values[below(random, values.size())];
}

void change_text(Json& node, Random& random) {
  std::string text = node.get<std::string>();
  static const std::array<const char*, 8> parts = {"<", "&", "\"", "/", "\n", "9", "<zz>", "\xC3"};
  text.insert(below(random, text.size() + 1), parts[below(random, parts.size())]);
  node = text;
}

void change_node(Json& document, Random& random) {
  std::vector<Json*> nodes;
  add_nodes(document, nodes);
  Json& node = *nodes[below(random, nodes.size())];
  switch (below(random, 6)) {
    case 0: {
      const Json copy = *nodes[below(random, nodes.size())];
      node = copy;
      return;
    }
    case 1:
      if (node.is_structured() && !node.empty()) {
        auto inner = node.begin();
        std::advance(inner, static_cast<std::ptrdiff_t>(below(random, node.size())));
        node.erase(inner);
      }
      return;
    case 2:
      if (node.is_array() && !node.empty()) {
        const Json copy = node[below(random, node.size())];
        node.push_back(copy);
      }
      return;
    case 3:
      if (node.is_string()) change_text(node, random);
      if (node.is_number_unsigned()) node = node.get<std::uint64_t>() + below(random, 3) - 1;
      if (node.is_number_float()) node = node.get<double>() * -2;
      return;
    default:
      node = hostile_value(random);
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  constexpr unsigned bytes_one_in = 8;
  Random random(seed);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Json document = changeable_document(text);
  if (document.is_discarded() || seed % bytes_one_in == 0) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  for (std::size_t changes = 1 + below(random, 3); changes > 0; --changes) {
    change_node(document, random);
  }
  const std::string changed = document.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (changed.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::copy(changed.begin(), changed.end(), data);
  return changed.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string defect = assay::defect_in_handling({reinterpret_cast<const char*>(data), size});
  if (defect.empty()) return 0;
  std::fprintf(stderr, "result_fuzzer: %s\n", defect.c_str());
  std::abort();
}
