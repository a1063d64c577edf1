#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace assay {

/// The member, or an empty object where there is none.
const nlohmann::json& json_inside(const nlohmann::json& object, const char* name);

/// Of a price, which is a text in this API. Throws std::runtime_error where it is no number >= 0.
double json_dollars(const std::string& text);

}  // namespace assay
