#include "reports/catalog/filter.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <vector>

#include "reports/catalog/fields.hpp"

namespace assay {

namespace {

enum class Compare { equal, not_equal, less, less_equal, greater, greater_equal };

struct CompareWord {
  std::string_view word;
  Compare compare;
};

// Longer words first, so that >= is not read as >.
constexpr std::array<CompareWord, 7> compare_words = {{{"==", Compare::equal},
                                                       {"!=", Compare::not_equal},
                                                       {"<=", Compare::less_equal},
                                                       {">=", Compare::greater_equal},
                                                       {"=", Compare::equal},
                                                       {"<", Compare::less},
                                                       {">", Compare::greater}}};

template <class T>
bool holds(Compare compare, const T& left, const T& right) {
  switch (compare) {
    case Compare::equal:
      return left == right;
    case Compare::not_equal:
      return left != right;
    case Compare::less:
      return left < right;
    case Compare::less_equal:
      return left <= right;
    case Compare::greater:
      return left > right;
    case Compare::greater_equal:
      break;
  }
  return left >= right;
}

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-';
}

}  // namespace

/// Either a comparison (field set) or an operation on other nodes.
struct Filter::Node {
  enum class Kind { comparison, all, any, negation };
  Kind kind = Kind::comparison;
  const CatalogField* field = nullptr;
  Compare compare = Compare::equal;
  FieldValue value;
  std::vector<std::shared_ptr<const Node>> parts;
};

namespace {

using Node = Filter::Node;
using NodePointer = std::shared_ptr<const Node>;

/// Owns the place in an expression while it is read.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  NodePointer whole() {
    NodePointer node = any();
    skip_spaces();
    if (at_ < text_.size()) fail("expected 'and', 'or' or the end");
    return node;
  }

 private:
  [[noreturn]] void fail(const std::string& message, std::string unknown = {}) const {
    throw FilterError(message, text_, at_, std::move(unknown));
  }

  void skip_spaces() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  std::string_view word_here() const {
    std::size_t end = at_;
    while (end < text_.size() && is_word_character(text_[end])) ++end;
    return text_.substr(at_, end - at_);
  }

  bool take_word(std::string_view word) {
    skip_spaces();
    if (word_here() != word) return false;
    at_ += word.size();
    return true;
  }

  NodePointer joined(Node::Kind kind, std::string_view word, NodePointer (Parser::*part)()) {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->parts.push_back((this->*part)());
    while (take_word(word)) node->parts.push_back((this->*part)());
    return node->parts.size() == 1 ? node->parts.front() : node;
  }

  NodePointer any() { return joined(Node::Kind::any, "or", &Parser::all); }
  NodePointer all() { return joined(Node::Kind::all, "and", &Parser::term); }

  NodePointer term() {
    constexpr int depth_max = 100;
    if (++depth_ > depth_max) fail("nested too deeply");
    NodePointer node = nested_term();
    --depth_;
    return node;
  }

  NodePointer nested_term() {
    if (take_word("not")) {
      auto node = std::make_shared<Node>();
      node->kind = Node::Kind::negation;
      node->parts.push_back(term());
      return node;
    }
    if (at_ < text_.size() && text_[at_] == '(') {
      ++at_;
      NodePointer node = any();
      skip_spaces();
      if (at_ >= text_.size() || text_[at_] != ')') fail("expected ')'");
      ++at_;
      return node;
    }
    return comparison();
  }

  NodePointer comparison() {
    auto node = std::make_shared<Node>();
    const std::string_view word = word_here();
    if (word.empty()) fail("expected a field, 'not' or '('");
    node->field = find_field(word);
    if (node->field == nullptr) fail(fmt::format("no field '{}'", word), std::string(word));
    at_ += word.size();
    skip_spaces();
    const std::size_t operator_at = at_;
    node->compare = compare_operator();
    skip_spaces();
    const std::size_t value_at = at_;
    node->value = value();
    if (std::holds_alternative<double>(node->value) && node->field->kind == FieldKind::text) {
      node->value = std::string(text_.substr(value_at, at_ - value_at));  // a text of digits
    }
    const bool of_text = std::holds_alternative<std::string>(node->value);
    if (of_text && node->field->kind == FieldKind::number) {
      at_ = value_at;
      fail(fmt::format("'{}' is a number", node->field->name));
    }
    if (of_text && node->compare != Compare::equal && node->compare != Compare::not_equal) {
      at_ = operator_at;
      fail("a text is compared with = or !=");
    }
    return node;
  }

  Compare compare_operator() {
    for (const CompareWord& one : compare_words) {
      if (text_.substr(at_, one.word.size()) == one.word) {
        at_ += one.word.size();
        return one.compare;
      }
    }
    fail("expected one of = != < <= > >=");
  }

  FieldValue value() {
    if (at_ < text_.size() && (text_[at_] == '\'' || text_[at_] == '"')) {
      const std::size_t end = text_.find(text_[at_], at_ + 1);
      if (end == std::string_view::npos) fail("this quote is not closed");
      const std::string_view quoted = text_.substr(at_ + 1, end - at_ - 1);
      at_ = end + 1;
      return std::string(quoted);
    }
    const std::string_view word = word_here();
    if (word.empty()) fail("expected a number or a text");
    double number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    at_ += word.size();
    if (error == std::errc{} && end == word.data() + word.size() && std::isfinite(number)) {
      return number;
    }
    return std::string(word);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

bool compare_values(const FieldValue& left, Compare compare, const FieldValue& right) {
  if (left.index() == right.index()) {
    if (const auto* number = std::get_if<double>(&left)) {
      return holds(compare, *number, std::get<double>(right));
    }
    if (const auto* text = std::get_if<std::string>(&left)) {
      return holds(compare, *text, std::get<std::string>(right));
    }
  }
  return false;
}

bool evaluate(const Node& node, const InstanceType& type, const Catalog& catalog) {
  const auto part = [&](const NodePointer& one) { return evaluate(*one, type, catalog); };
  switch (node.kind) {
    case Node::Kind::comparison:
      return compare_values(node.field->value(type, catalog), node.compare, node.value);
    case Node::Kind::negation:
      return !part(node.parts.front());
    case Node::Kind::all:
      for (const NodePointer& one : node.parts) {
        if (!part(one)) return false;
      }
      return true;
    case Node::Kind::any:
      break;
  }
  for (const NodePointer& one : node.parts) {
    if (part(one)) return true;
  }
  return false;
}

}  // namespace

FilterError::FilterError(const std::string& message, std::string_view expression, std::size_t at,
                         std::string unknown_word)
    : std::runtime_error(fmt::format("column {}: {}\n  {}\n  {}^", at + 1, message, expression,
                                     std::string(at, ' '))),
      column(at + 1),
      unknown(std::move(unknown_word)) {}

Filter::Filter(std::string_view expression) : root_(Parser(expression).whole()) {}

bool Filter::matches(const InstanceType& type, const Catalog& catalog) const {
  return evaluate(*root_, type, catalog);
}

}  // namespace assay
