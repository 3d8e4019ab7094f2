// SPDX-License-Identifier: Apache-2.0
// pkcs11: URIs (RFC 7512), as far as a private key needs them: which key in the path, which module
// and which pin file in the query.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace bulkhead::pki {

struct Pkcs11Uri {
  std::string key;          // "pkcs11:token=plant;object=gw-a": without the query; may be logged
  std::string module_path;  // empty: the system's default (p11-kit)
  std::string pin_file;     // empty: none given
};

bool is_pkcs11_uri(std::string_view text) noexcept;

// Errors: kInvalid. A pin in the URI itself (pin-value) is refused: configuration is not secret.
Result<Pkcs11Uri> parse_pkcs11_uri(std::string_view text);

}  // namespace bulkhead::pki
