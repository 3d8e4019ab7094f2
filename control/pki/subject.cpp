// SPDX-License-Identifier: Apache-2.0
#include "pki/subject.h"

namespace bulkhead::pki {

namespace {

Error invalid(const char* what) {
  return Error{ErrorCode::kInvalid, what};
}

std::string_view uri_of(const GENERAL_NAME& name) {
  const ASN1_IA5STRING* text = name.d.uniformResourceIdentifier;
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<size_t>(ASN1_STRING_length(text))};
}

}  // namespace

Result<identity::SpiffeId> subject_of(X509* leaf) {
  const GeneralNamesPtr names{
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(leaf, NID_subject_alt_name, nullptr, nullptr))};
  if (!names) return invalid("the certificate has no subject alternative name");
  const GENERAL_NAME* only = nullptr;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    if (only != nullptr) return invalid("the certificate has more than one URI name");
    only = name;
  }
  if (only == nullptr) return invalid("the certificate has no URI name");
  return identity::parse_spiffe_id(uri_of(*only));
}

Status check_usage(X509* leaf, TlsRole role) {
  const uint32_t wanted = role == TlsRole::kServer ? XKU_SSL_SERVER : XKU_SSL_CLIENT;
  if ((X509_get_extension_flags(leaf) & EXFLAG_CA) != 0)
    return invalid("the certificate is an authority's, not a gateway's");
  if ((X509_get_extension_flags(leaf) & EXFLAG_XKUSAGE) == 0)
    return invalid("the certificate has no extended key usage");
  if ((X509_get_extended_key_usage(leaf) & wanted) == 0)
    return invalid(role == TlsRole::kServer ? "the certificate is not for a TLS server"
                                            : "the certificate is not for a TLS client");
  return {};
}

}  // namespace bulkhead::pki
