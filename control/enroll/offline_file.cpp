// SPDX-License-Identifier: Apache-2.0
#include "enroll/offline_file.h"

#include <openssl/evp.h>

#include "trust/trusted_clock.h"

namespace bulkhead::enroll {

namespace {

constexpr std::string_view kRequest = "CERTIFICATE REQUEST";
constexpr std::string_view kCertificate = "CERTIFICATE";
constexpr std::string_view kRoot = "BULKHEAD ROOT";
constexpr std::string_view kEndorsement = "BULKHEAD ENDORSEMENT";
constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";
constexpr size_t kMaxBlocks = 3 * mesh::kMaxCertificates;
constexpr size_t kLine = 64;

struct Block {
  std::string label;
  size_t line = 0;  // of BEGIN
  mesh::Der der;
};

std::string pem(std::string_view label, const mesh::Der& der) {
  std::string base64(4 * ((der.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), der.data(),
                                   static_cast<int>(der.size()));
  base64.resize(static_cast<size_t>(size));
  std::string text = std::string(kBegin) + std::string(label) + "-----\n";
  for (size_t at = 0; at < base64.size(); at += kLine) text += base64.substr(at, kLine) + "\n";
  return text + std::string(kEnd) + std::string(label) + "-----\n";
}

Error at(const std::string& file, size_t line, const std::string& reason) {
  return {ErrorCode::kInvalid, file + ":" + std::to_string(line) + ": " + reason};
}

// Empty: not base64 of whole groups.
mesh::Der decode_base64(const std::string& text) {
  if (text.empty() || text.size() % 4 != 0) return {};
  mesh::Der der(text.size() / 4 * 3);
  const int size = EVP_DecodeBlock(der.data(), reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return {};
  size_t padding = 0;
  while (padding < 2 && text[text.size() - 1 - padding] == '=') ++padding;
  der.resize(static_cast<size_t>(size) - padding);
  return der;
}

// A label between `mark` and dashes, or empty.
std::string_view label_of(std::string_view line, std::string_view mark) {
  if (!line.starts_with(mark) || !line.ends_with(kDashes)) return {};
  line.remove_prefix(mark.size());
  return line.size() > kDashes.size() ? line.substr(0, line.size() - kDashes.size())
                                      : std::string_view{};
}

// The PEM blocks of a text, one line at a time.
class BlockReader {
 public:
  explicit BlockReader(const std::string& file) : file_(file) {}

  Status take(std::string_view line, size_t number) {
    if (const auto label = label_of(line, kBegin); !label.empty()) {
      if (open_) return at(file_, number, "a block begins inside of another");
      if (blocks_.size() == kMaxBlocks) return at(file_, number, "too many blocks");
      blocks_.push_back({std::string(label), number, {}});
      base64_.clear();
      open_ = true;
    } else if (const auto end = label_of(line, kEnd); !end.empty()) {
      if (!open_ || end != blocks_.back().label)
        return at(file_, number, "the end of a block that did not begin");
      open_ = false;
      blocks_.back().der = decode_base64(base64_);
      if (blocks_.back().der.empty())
        return at(file_, blocks_.back().line, "the block that begins here is damaged");
    } else if (open_) {
      base64_ += line;
    }
    return {};
  }
  Result<std::vector<Block>> finish() {
    if (open_) return at(file_, blocks_.back().line, "the block that begins here does not end");
    return std::move(blocks_);
  }

 private:
  const std::string& file_;
  std::vector<Block> blocks_;
  std::string base64_;
  bool open_ = false;
};

Result<std::vector<Block>> blocks_of(std::string_view text, const std::string& file) {
  if (text.size() > kMaxOfflineFile) return at(file, 1, "longer than 64 KiB");
  BlockReader reader(file);
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (Status taken = reader.take(line, number); !taken) return std::move(taken).error();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.finish();
}

}  // namespace

std::string request_text(const mesh::Der& request, const identity::SpiffeId& subject,
                         const identity::SpkiDigest& key, std::time_t now) {
  return "Bulkhead enrolment request\n"
         "  gateway:  " +
         to_string(subject) +
         "\n"
         "  key:      " +
         to_string(key) +
         "\n"
         "  made:     " +
         trust::time_text(now) +
         "\n"
         "It holds no secret. At the issuer:\n"
         "  bulkhead pki sign FILE --gateway " +
         subject.name + " --pki DIR --out " + subject.name +
         ".response\n"
         "Compare the key with what that command shows.\n\n" +
         pem(kRequest, request);
}

std::string response_text(const IssuedLeaf& issued, const identity::SpiffeId& subject,
                          const identity::SpkiDigest& root, std::time_t now) {
  std::string text =
      "Bulkhead enrolment response\n"
      "  gateway:  " +
      to_string(subject) +
      "\n"
      "  key:      " +
      to_string(issued.key) +
      "\n"
      "  serial:   " +
      issued.serial +
      "\n"
      "  expires:  " +
      trust::time_text(issued.not_after) +
      "\n"
      "  root key: " +
      to_string(root) +
      "\n"
      "  made:     " +
      trust::time_text(now) +
      "\n"
      "It holds no secret. At the gateway:\n"
      "  bulkhead enroll accept FILE --dir /etc/bulkhead --root ROOT-KEY\n"
      "with the root key as the issuer's operator tells it, not as this file says.\n\n";
  for (const mesh::Der& der : issued.message.chain) text += pem(kCertificate, der);
  for (const mesh::Der& der : issued.message.anchors) text += pem(kRoot, der);
  for (const mesh::Der& der : issued.message.endorsements) text += pem(kEndorsement, der);
  return text;
}

Result<mesh::Der> parse_request(std::string_view text, const std::string& file) {
  Result<std::vector<Block>> blocks = blocks_of(text, file);
  if (!blocks) return std::move(blocks).error();
  if (blocks->empty()) return at(file, 1, "no -----BEGIN CERTIFICATE REQUEST----- in it");
  if (blocks->size() > 1) return at(file, (*blocks)[1].line, "more than one block");
  if (blocks->front().label != kRequest)
    return at(file, blocks->front().line,
              "a " + blocks->front().label + ", not a CERTIFICATE REQUEST");
  if (blocks->front().der.size() > mesh::kMaxRequestDer)
    return at(file, blocks->front().line, "a request larger than 4096 bytes");
  return std::move(blocks->front().der);
}

Result<mesh::Issued> parse_response(std::string_view text, const std::string& file) {
  Result<std::vector<Block>> blocks = blocks_of(text, file);
  if (!blocks) return std::move(blocks).error();
  mesh::Issued issued;
  for (Block& block : *blocks) {
    std::vector<mesh::Der>* list = block.label == kCertificate   ? &issued.chain
                                   : block.label == kRoot        ? &issued.anchors
                                   : block.label == kEndorsement ? &issued.endorsements
                                                                 : nullptr;
    if (list == nullptr)
      return at(file, block.line, "a " + block.label + " does not belong into a response");
    if (list->size() == mesh::kMaxCertificates) return at(file, block.line, "one block too many");
    list->push_back(std::move(block.der));
  }
  if (issued.chain.empty()) return at(file, 1, "no -----BEGIN CERTIFICATE----- in it");
  if (issued.anchors.empty()) return at(file, 1, "no -----BEGIN BULKHEAD ROOT----- in it");
  return issued;
}

}  // namespace bulkhead::enroll
