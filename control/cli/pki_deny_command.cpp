// SPDX-License-Identifier: Apache-2.0
// pki deny: a signed deny record, made off line (lib/trust/deny_record.h).
#include <openssl/bn.h>

#include <iostream>

#include "base/file.h"
#include "cli/enroll_place.h"
#include "pki/authority.h"
#include "pki/certificate.h"
#include "pki/key.h"
#include "trust/deny_list.h"

namespace bulkhead::cli {

namespace {

struct Signer {
  std::vector<pki::CertificatePtr> chain;  // the signer, then its issuer
  pki::KeyPtr key;
};

Result<Signer> signer_of(const DenyArguments& arguments) {
  const pki::AuthorityFiles files(arguments.pki, std::max(arguments.authority, 1));
  Signer signer;
  auto root = pki::read_certificates(files.root);
  if (!root) return std::move(root).error();
  if (!arguments.by_root) {
    auto issuing = pki::read_certificates(files.issuing);
    if (!issuing) return std::move(issuing).error();
    signer.chain.push_back(std::move(issuing->front()));
  }
  signer.chain.push_back(std::move(root->front()));
  auto key = pki::load_private_key(arguments.by_root ? files.root_key : files.issuing_key);
  if (!key) return std::move(key).error();
  signer.key = std::move(*key);
  return signer;
}

// Hexadecimal, as certificates show it, without leading zero bytes.
Result<std::vector<uint8_t>> serial_bytes(const std::string& text) {
  BIGNUM* parsed = nullptr;
  const int digits = BN_hex2bn(&parsed, text.c_str());
  const std::unique_ptr<BIGNUM, pki::FreeWith<BN_free>> number{parsed};
  if (digits <= 0 || static_cast<size_t>(digits) != text.size() || BN_is_negative(parsed))
    return Error{ErrorCode::kInvalid,
                 "--serial: hexadecimal digits, as `bulkhead pki status` shows"};
  std::vector<uint8_t> bytes(static_cast<size_t>(BN_num_bytes(parsed)));
  BN_bn2bin(parsed, bytes.data());
  return bytes;
}

Result<trust::DenyTarget> target_of(const DenyArguments& arguments, X509* signer) {
  if (!arguments.serial.empty()) {
    auto bytes = serial_bytes(arguments.serial);
    if (!bytes) return std::move(bytes).error();
    return trust::DenyTarget{
        trust::IssuerSerial{trust::subject_key_of(signer).key, std::move(*bytes)}};
  }
  const std::string& path =
      arguments.certificate.empty() ? arguments.key_of : arguments.certificate;
  auto certificates = pki::read_certificates(path);
  if (!certificates) return std::move(certificates).error();
  X509* const named = certificates->front().get();
  if (arguments.certificate.empty()) return trust::DenyTarget{trust::subject_key_of(named)};
  auto serial = trust::issuer_serial_of(named, signer);
  if (!serial) return std::move(serial).error().within(path);
  if (X509_verify(named, X509_get0_pubkey(signer)) != 1)
    return Error{ErrorCode::kInvalid,
                 path +
                     ": the signer did not issue it; deny its key with --key-of, or sign with "
                     "the authority that did"};
  return trust::DenyTarget{std::move(*serial)};
}

Status deny(const DenyArguments& arguments) {
  auto signer = signer_of(arguments);
  if (!signer) return std::move(signer).error();
  auto target = target_of(arguments, signer->chain.front().get());
  if (!target) return std::move(target).error();
  const trust::DenyRecord record{arguments.number, std::time(nullptr), std::move(*target),
                                 arguments.gateway, arguments.reason};
  std::vector<X509*> chain;
  for (const auto& certificate : signer->chain) chain.push_back(certificate.get());
  auto bytes = trust::make_deny_record(signer->key.get(), chain, record);
  if (!bytes) return std::move(bytes).error();
  if (Status written = write_file_atomically(arguments.out, *bytes, 0644); !written) return written;
  std::cout << arguments.out << "  deny record " << arguments.number << ": "
            << to_string(record.target) << "\nsigned by key "
            << to_string(trust::subject_key_of(chain.front()).key)
            << "\nIt holds no secret. One gateway is enough: it tells the others.\n";
  return {};
}

}  // namespace

int run_pki_deny(const DenyArguments& arguments) {
  if (Status done = deny(arguments); !done) return fail("pki deny", done.error());
  return kOk;
}

}  // namespace bulkhead::cli
