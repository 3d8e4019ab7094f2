// SPDX-License-Identifier: Apache-2.0
#include "pki/pkcs11_uri.h"

#include <algorithm>
#include <array>

namespace bulkhead::pki {

namespace {

constexpr std::string_view kScheme = "pkcs11:";
constexpr size_t kMaxUri = 1024;
// RFC 7512 2.3, those that find a key in a token.
constexpr std::array<std::string_view, 7> kPathNames = {"token", "object", "id",          "serial",
                                                        "model", "type",   "manufacturer"};

Error invalid(std::string sentence) {
  return Error{ErrorCode::kInvalid, "pkcs11 URI: " + std::move(sentence)};
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// RFC 3986 2.1. No control characters: the results are file names.
Result<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return invalid("a percent sign without two digits");
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (static_cast<unsigned char>(c) < 0x20) return invalid("a control character");
    out += c;
  }
  return out;
}

struct Attribute {
  std::string_view name;
  std::string_view value;
};

// The next "name=value" of a list; takes it and its separator off `rest`.
Attribute take_attribute(std::string_view& rest, char separator) {
  const std::string_view item = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(rest.size(), item.size() + 1));
  const size_t equals = item.find('=');
  if (equals == std::string_view::npos) return {item, {}};
  return {item.substr(0, equals), item.substr(equals + 1)};
}

Status check_path(std::string_view path) {
  if (path.empty()) return invalid("it names no key; give token= and object= or id=");
  while (!path.empty()) {
    const Attribute attribute = take_attribute(path, ';');
    if (std::ranges::find(kPathNames, attribute.name) == kPathNames.end() ||
        attribute.value.empty())
      return invalid("\"" + std::string(attribute.name) +
                     "\" is not one of token, object, id, "
                     "serial, model, manufacturer, type with a value");
  }
  return {};
}

Result<std::string> file_of(std::string_view value) {
  if (value.starts_with("file:")) value.remove_prefix(5);
  Result<std::string> path = percent_decoded(value);
  if (path.ok() && !path->starts_with('/'))
    return invalid("pin-source and module-path are absolute");
  return path;
}

Status read_query(std::string_view query, Pkcs11Uri& uri) {
  while (!query.empty()) {
    const Attribute attribute = take_attribute(query, '&');
    if (attribute.name == "pin-value")
      return invalid(
          "pin-value is refused: configuration is not secret; put the pin into a file of "
          "mode 0600 and name it by pin-source");
    const bool module = attribute.name == "module-path";
    if (!module && attribute.name != "pin-source")
      return invalid("\"" + std::string(attribute.name) +
                     "\" is not one of module-path, pin-source");
    Result<std::string> path = file_of(attribute.value);
    if (!path.ok()) return std::move(path).error();
    (module ? uri.module_path : uri.pin_file) = std::move(*path);
  }
  return {};
}

}  // namespace

bool is_pkcs11_uri(std::string_view text) noexcept {
  return text.starts_with(kScheme);
}

Result<Pkcs11Uri> parse_pkcs11_uri(std::string_view text) {
  if (!is_pkcs11_uri(text) || text.size() > kMaxUri)
    return invalid("it begins with pkcs11: and has at most " + std::to_string(kMaxUri) +
                   " characters");
  const size_t mark = text.find('?');
  const std::string_view path = text.substr(0, mark);
  if (Status known = check_path(path.substr(kScheme.size())); !known.ok())
    return std::move(known).error();
  if (Result<std::string> clean = percent_decoded(path); !clean.ok())
    if (path.find("id=") == std::string_view::npos) return std::move(clean).error();
  Pkcs11Uri uri;
  uri.key = std::string(path);
  if (mark == std::string_view::npos) return uri;
  if (Status read = read_query(text.substr(mark + 1), uri); !read.ok())
    return std::move(read).error();
  return uri;
}

}  // namespace bulkhead::pki
